package dev.hone.jobs.config;

import dev.hone.eval.Metric;
import dev.hone.formats.corpus.CorpusReader;
import dev.hone.formats.corpus.FormatDetector.Detected;
import dev.hone.formats.model.BaseWeights;
import dev.hone.formats.model.NewTokens;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.formats.template.TemplateChoice;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.ingest.Landing;
import dev.hone.ingest.TableRead;
import dev.hone.jobs.nightly.gate.Gate;
import dev.hone.packing.Mix;
import dev.hone.packing.Packing;
import dev.hone.packing.quality.QualitySpec;
import dev.hone.training.distributed.BestRule;
import dev.hone.training.distributed.RankTeam;
import dev.hone.training.model.Unfrozen;
import dev.hone.training.objective.ObjectiveSpec;
import dev.hone.training.optimizer.Averaging;
import dev.hone.training.optimizer.LearningRates;
import dev.hone.training.schedule.LrCurve;
import dev.hone.training.trainer.Bf16Setting;
import dev.hone.training.trainer.OnNan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A configuration that was found right. Values are as written or the defaults of {@code keys.yaml};
 * references to the environment are resolved here, and unresolved in {@link #source()}, which is
 * what may be stored.
 *
 * @param notices what the user should know: keys without effect, keys that run otherwise than named
 * @param effective what holds for every key of the top level, one line each, for display;
 *     references unresolved
 */
public record HoneConfig(
    Source source,
    Model model,
    Data data,
    Training training,
    Steps steps,
    Output output,
    Optional<Nightly> nightly,
    Tracking tracking,
    List<String> notices,
    List<String> effective) {

  public HoneConfig {
    notices = List.copyOf(notices);
    effective = List.copyOf(effective);
  }

  /** The same configuration with other entries of {@code datasets} and {@code test_datasets}. */
  public HoneConfig withDatasets(UnaryOperator<Dataset> change) {
    return new HoneConfig(
        source,
        model,
        new Data(
            data.datasets().stream().map(change).toList(),
            data.testDatasets().stream().map(change).toList(),
            data.evaluation(),
            data.valSetSize(),
            data.sequenceLen(),
            data.packing(),
            data.excessLengthStrategy(),
            data.allow(),
            data.minSampleLen(),
            data.exactDeduplication(),
            data.fileOrder(),
            data.quality(),
            data.mix()),
        training,
        steps,
        output,
        nightly,
        tracking,
        notices,
        effective);
  }

  /**
   * Where the configuration came from.
   *
   * @param file the YAML
   * @param overrides {@code --set} assignments, as given
   * @param json the whole configuration, overrides applied, references unresolved
   * @param hash SHA-256 of json, in hexadecimal
   */
  public record Source(Path file, List<String> overrides, String json, String hash) {
    public Source {
      overrides = List.copyOf(overrides);
    }
  }

  /**
   * What is trained.
   *
   * @param baseModel {@code base_model}
   * @param weights how its weights are held: NF4 for {@code adapter: qlora}
   * @param lora the adapter; empty: the weights themselves are trained
   * @param unfrozen {@code unfrozen_parameters}
   * @param bf16 {@code bf16}
   */
  public record Model(
      String baseModel,
      BaseWeights weights,
      Optional<Lora> lora,
      Unfrozen unfrozen,
      Bf16Setting bf16,
      NewTokens newTokens) {}

  /**
   * An adapter.
   *
   * @param settings empty: nothing but {@code lora_model_dir} was written, and that adapter's
   *     settings hold
   * @param from {@code lora_model_dir}
   */
  public record Lora(Optional<LoraSettings> settings, Optional<String> from) {}

  /**
   * What it is trained and measured on.
   *
   * @param packing {@code packing_strategy}; NONE if {@code sample_packing} is off
   * @param excessLengthStrategy for the entries that name none: as written, or what goes with
   *     packing
   * @param allow guards that do not stop a preparation
   * @param fileOrder {@code curriculum_sampling} or not {@code shuffle_merged_datasets}
   * @param quality filters of the entries to train on
   * @param mix {@code mix_strategy} and what goes with it; empty: concat
   */
  public record Data(
      List<Dataset> datasets,
      List<Dataset> testDatasets,
      Evaluation evaluation,
      double valSetSize,
      int sequenceLen,
      Packing packing,
      String excessLengthStrategy,
      List<String> allow,
      int minSampleLen,
      boolean exactDeduplication,
      boolean fileOrder,
      QualitySpec quality,
      Optional<Mix> mix) {
    public Data {
      datasets = List.copyOf(datasets);
      testDatasets = List.copyOf(testDatasets);
      allow = List.copyOf(allow);
    }

    /** Whether loss can be measured on something that is not trained on. */
    public boolean hasEvalData() {
      return valSetSize > 0 || !testDatasets.isEmpty();
    }
  }

  /**
   * One entry of {@code datasets} or {@code test_datasets}.
   *
   * @param key its place, such as {@code datasets.0}, for messages
   * @param location file and line
   * @param type a {@code CorpusFormat}'s name; empty: pre-tokenized; {@link #DETECT}: not yet known
   * @param options the format's options by key, defaults filled in
   * @param dsType {@code ds_type}: json, jsonl, csv, parquet, text, or auto: by the files' names
   * @param chatTemplate what renders its conversations
   * @param ownTemplate whether the entry itself names it, so that no type replaces it
   * @param excessLengthStrategy its own; empty: the global one holds
   * @param numSamples at most so many of its rows; empty: all
   * @param landing {@code trigger} and what goes with it; empty: the tables mirror the path
   * @param table {@code version}, {@code timestamp}, {@code row_key} and {@code follow}
   */
  public record Dataset(
      String key,
      String location,
      String name,
      String path,
      String type,
      Map<String, String> options,
      String dsType,
      TemplateChoice chatTemplate,
      boolean ownTemplate,
      MaskRules maskRules,
      Optional<String> excessLengthStrategy,
      Optional<Integer> numSamples,
      Optional<Landing> landing,
      TableRead table) {
    /** The type of an entry whose rows are to show it. */
    public static final String DETECT = "auto";

    public Dataset {
      options = Map.copyOf(options);
    }

    /** The same entry with the type that was found. */
    public Dataset of(Detected detected) {
      CorpusReader reader = CorpusReader.of(detected.type(), detected.options());
      return new Dataset(
          key,
          location,
          name,
          path,
          detected.type(),
          reader.options(),
          dsType,
          ownTemplate
              ? chatTemplate
              : reader.format().chatTemplate().map(chatTemplate::named).orElse(chatTemplate),
          ownTemplate,
          maskRules,
          excessLengthStrategy,
          numSamples,
          landing,
          table);
    }
  }

  /**
   * What a model is asked: questions before and after training, samples at every evaluation.
   *
   * @param questions {@code exact_match_datasets} and {@code question_datasets}
   * @param choices {@code multiple_choice_datasets}
   * @param samples {@code generate_samples}
   */
  public record Evaluation(
      List<Questions> questions, List<Choices> choices, Optional<Samples> samples, Judge judge) {
    /** Nothing. */
    public static final Evaluation NONE =
        new Evaluation(List.of(), List.of(), Optional.empty(), new Judge.Metrics());

    public Evaluation {
      questions = List.copyOf(questions);
      choices = List.copyOf(choices);
    }

    /** Whether nothing is asked that is measured by itself. */
    public boolean isEmpty() {
      return questions.isEmpty() && choices.isEmpty();
    }
  }

  /**
   * One entry of {@code question_datasets}, or of {@code exact_match_datasets}.
   *
   * @param source conversations that end with the expected answer
   * @param metrics at least one
   * @param sql how queries are run, for {@link Metric#SQL_EXECUTION}
   */
  public record Questions(Dataset source, int maxNewTokens, List<Metric> metrics, Sql sql) {
    public Questions {
      metrics = List.copyOf(metrics);
    }
  }

  /**
   * How the queries of an entry are run.
   *
   * @param tables where the rows of each name are, references resolved; empty: the warehouse's
   * @param timeout of a query
   * @param maxRows most rows of a right answer
   */
  public record Sql(Map<String, String> tables, Duration timeout, int maxRows) {
    public Sql {
      tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
    }
  }

  /**
   * One entry of {@code multiple_choice_datasets}.
   *
   * @param key its place, for messages
   * @param location file and line
   */
  public record Choices(String key, String location, String name, String path) {}

  /**
   * Prompts of held-out documents that are answered to be read, not measured.
   *
   * @param count documents
   * @param maxNewTokens a longer answer is cut
   */
  public record Samples(int count, int maxNewTokens) {}

  /**
   * How weights change. Names are the keys'.
   *
   * @param lrScheduler {@code lr_scheduler} and what goes with it
   * @param objective {@code rl} or {@code kd_trainer} and what goes with it
   * @param reference empty: the model as training finds it, asked by the rank that trains
   * @param teacher of {@code kd_trainer}
   */
  public record Training(
      int gradientCheckpointing,
      int microBatchSize,
      int gradientAccumulationSteps,
      double numEpochs,
      OptionalInt maxSteps,
      double learningRate,
      LrCurve lrScheduler,
      OptionalInt warmupSteps,
      OptionalDouble warmupRatio,
      String optimizer,
      double weightDecay,
      double adamBeta1,
      double adamBeta2,
      double adamEpsilon,
      LearningRates learningRates,
      Averaging averaging,
      double maxGradNorm,
      OnNan onNan,
      long seed,
      RankTeam team,
      ObjectiveSpec objective,
      Optional<Reference> reference,
      Optional<Teacher> teacher) {}

  /**
   * A reference model that is asked by itself, not by switching off an adapter.
   *
   * @param model {@code ref_model}; empty: the model as training finds it
   * @param stored {@code precompute_ref_log_probs}
   */
  public record Reference(Optional<String> model, boolean stored) {}

  /**
   * When things happen, in optimizer steps, or as a part of all steps if below 1.
   *
   * @param logging empty: 0.5 % of all steps, at least 1, at most 10
   * @param eval empty: only before and after training
   * @param save empty: only at the end
   * @param saveTotalLimit newest checkpoints that are kept
   * @param best which of them is the best
   */
  public record Steps(
      OptionalDouble logging,
      OptionalDouble eval,
      OptionalDouble save,
      OptionalInt saveTotalLimit,
      BestRule best) {}

  /**
   * Where results go.
   *
   * @param runId {@code run_id}; empty: made from time and hash
   * @param tags free keys and values, references unresolved
   */
  public record Output(
      String outputDir, String warehouse, Optional<String> runId, Map<String, String> tags) {
    public Output {
      tags = Map.copyOf(tags);
    }
  }

  /**
   * Where the numbers of a run go besides the tables.
   *
   * @param to names of trackers, as {@code report_to} has them
   * @param directory where those that write files do; empty if that is no folder of this machine
   * @param settings the keys of the trackers that were written, references resolved
   * @param effective what holds for every key of the top level as JSON, references unresolved
   */
  public record Tracking(
      Set<String> to, Optional<Path> directory, Map<String, String> settings, String effective) {
    public Tracking {
      to = Set.copyOf(to);
      settings = Map.copyOf(settings);
    }
  }

  /**
   * Reads a configuration.
   *
   * @param overrides {@code key=value} assignments that win over the file
   * @param environment what {@code ${NAME}} resolves to
   * @throws ConfigException with every problem there is
   */
  public static HoneConfig read(
      Path file, List<String> overrides, Map<String, String> environment) {
    return new ConfigReader(file, overrides, environment).read();
  }

  /**
   * What {@code hone nightly} makes of the rest.
   *
   * @param model its name in the table
   * @param promoteIf conditions that all have to hold
   * @param replay old packs for each new one
   * @param rejectedAgain whether records of versions that were not promoted count as new
   * @param keepRejected how many rejected versions keep their folders; empty: all
   * @param webhook is told of decisions
   */
  public record Nightly(
      String model,
      List<Gate> promoteIf,
      double replay,
      boolean rejectedAgain,
      Optional<Integer> keepRejected,
      Optional<String> webhook) {
    public Nightly {
      promoteIf = List.copyOf(promoteIf);
    }
  }
}
