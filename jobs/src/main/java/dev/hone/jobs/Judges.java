package dev.hone.jobs;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.peft.PeftAdapter;
import dev.hone.formats.template.ChatTemplates;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.formats.tokenizer.SampleEncoder;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import dev.hone.ingest.tables.Failures;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.jobs.config.Judge;
import dev.hone.jobs.scoring.EndpointJudge;
import dev.hone.jobs.scoring.MetricJudge;
import dev.hone.jobs.scoring.PairJudge;
import dev.hone.jobs.scoring.RewardJudge;
import dev.hone.training.distributed.RateStage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;

/** The judge that a configuration names, for as long as it is used. */
final class Judges {
  private Judges() {}

  /**
   * Uses the judge of a set of questions.
   *
   * @throws HoneException if its reward model cannot be loaded
   */
  static <T> T of(
      HoneConfig config, Warehouse warehouse, Questions set, Function<PairJudge, T> use) {
    Judge judge = config.data().evaluation().judge();
    if (judge instanceof Judge.Endpoint endpoint) {
      return use.apply(new EndpointJudge(endpoint));
    }
    if (judge instanceof Judge.Rewards rewards) {
      Configuration hadoop = warehouse.spark().sessionState().newHadoopConf();
      Path folder = TokenizerFolder.of(config, hadoop);
      try (Tokenizer tokenizer = Tokenizers.open(folder)) {
        SampleEncoder encoder =
            new SampleEncoder(
                tokenizer,
                ChatTemplates.resolve(set.entry().source().chatTemplate(), tokenizer),
                MaskRules.defaults());
        return use.apply(
            new RewardJudge(
                encoder,
                texts ->
                    RateStage.run(
                        warehouse,
                        "hone reward of " + set.probe().dataset(),
                        StageSpecs.rewards(
                            config, rewards.path(), isAdapter(rewards.path(), hadoop)),
                        config.training().team(),
                        texts)));
      }
    }
    return use.apply(new MetricJudge(set.entry().metrics()));
  }

  private static boolean isAdapter(String model, Configuration hadoop) {
    org.apache.hadoop.fs.Path config = new org.apache.hadoop.fs.Path(model, PeftAdapter.CONFIG);
    try {
      return config.getFileSystem(hadoop).exists(config);
    } catch (IOException e) {
      throw new HoneException(
          "judge.reward_model '%s' cannot be read: %s; check the address"
              .formatted(model, Failures.firstLine(e)),
          e);
    }
  }
}
