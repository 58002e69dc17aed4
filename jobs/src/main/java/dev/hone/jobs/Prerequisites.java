package dev.hone.jobs;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.ObjectStores;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.jobs.config.Judge;
import dev.hone.jobs.config.MissingFiles;
import dev.hone.training.checkpoint.Manifest;
import dev.hone.training.checkpoint.OutputDirectory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** What a configuration needs to be there: found out before hours of preparation, not after. */
record Prerequisites(SparkSession spark, HoneConfig config) {

  /**
   * That whatever is read or written can be reached.
   *
   * @throws HoneException naming every address that does not answer
   */
  void requireReachable() {
    Map<String, String> places = new LinkedHashMap<>();
    places.put("warehouse", config.output().warehouse());
    places.put("output_dir", config.output().outputDir());
    places.putAll(read());
    ObjectStores.requireReachable(places, hadoop());
  }

  /** The same of what is read alone. */
  void requireReadable() {
    ObjectStores.requireReachable(read(), hadoop());
  }

  private Map<String, String> read() {
    Map<String, String> places = new LinkedHashMap<>();
    places.put("base_model", config.model().baseModel());
    config
        .model()
        .lora()
        .flatMap(HoneConfig.Lora::from)
        .ifPresent(from -> places.put("lora_model_dir", from));
    places.putAll(otherModels());
    Sources.all(config).forEach(entry -> places.put(entry.key() + ".path", entry.path()));
    return places;
  }

  /**
   * Where the tokenizer is, on this machine.
   *
   * @throws HoneException naming every file that is missing
   */
  Path tokenizer() {
    List<String> missing = MissingFiles.of(config);
    if (!missing.isEmpty()) {
      throw new HoneException(String.join("\n", missing));
    }
    return TokenizerFolder.of(config, hadoop());
  }

  /**
   * That every model that is asked beside the one that is trained reads the same tokens.
   *
   * @throws HoneException naming the first that does not
   */
  void requireSameTokens(Path tokenizer) {
    otherModels().forEach((key, model) -> SameTokens.require(key, model, tokenizer, hadoop()));
  }

  /** The directories of those models, by their keys. */
  private Map<String, String> otherModels() {
    Map<String, String> others = new LinkedHashMap<>();
    config
        .training()
        .reference()
        .flatMap(HoneConfig.Reference::model)
        .ifPresent(model -> others.put("ref_model", model));
    config.training().teacher().ifPresent(found -> others.put("teacher_model", found.model()));
    if (config.data().evaluation().judge() instanceof Judge.Rewards judge) {
      others.put("judge.reward_model", judge.path());
    }
    return others;
  }

  /**
   * That {@code output_dir} can be written.
   *
   * @throws HoneException if it cannot, or holds what no run of this name wrote
   */
  void requireOutput() {
    try (OutputDirectory output = output()) {
      output.requireUsable();
    }
  }

  /**
   * The model that {@code output_dir} holds.
   *
   * @throws HoneException if there is none
   */
  Manifest trained() {
    try (OutputDirectory output = output()) {
      return output
          .model()
          .orElseThrow(
              () ->
                  new HoneException(
                      "output_dir '%s' holds no model that hone wrote, so there is nothing to compare with base_model; train one with hone run, or set output_dir to where it is"
                          .formatted(output.shown())));
    }
  }

  private OutputDirectory output() {
    return OutputDirectory.at(
        config.output().outputDir(), RunLedger.runId(config, Instant.now()), hadoop());
  }

  private Configuration hadoop() {
    return spark.sessionState().newHadoopConf();
  }
}
