package dev.hone.jobs.config;

import dev.hone.formats.Sha256;
import dev.hone.packing.Mix;
import dev.hone.packing.quality.QualitySpec;
import dev.hone.training.distributed.RankTeam;
import dev.hone.training.model.Unfrozen;
import dev.hone.training.objective.ObjectiveSpec;
import dev.hone.training.optimizer.LearningRates;
import dev.hone.training.schedule.LrCurve;
import dev.hone.training.trainer.Bf16Setting;
import dev.hone.training.trainer.OnNan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** Turns a YAML into a {@link HoneConfig}: all checks first, then the records. */
final class ConfigReader {
  private final Path file;
  private final List<String> overrides;
  private final ReadContext context;
  private Set<String> unread = Set.of();

  ConfigReader(Path file, List<String> overrides, Map<String, String> environment) {
    this.file = file;
    this.overrides = List.copyOf(overrides);
    this.context = new ReadContext(environment);
  }

  HoneConfig read() {
    ConfigNode.Entries root =
        Overrides.apply(ConfigYaml.read(file, context.problems()), overrides, context.problems());
    Section top = new Section(KeyTable.topLevel(), root, "", Set.of(), context);
    DatasetReader datasets = new DatasetReader(top, context);
    StepsReader steps = new StepsReader(top);

    List<HoneConfig.Dataset> train = datasets.read("datasets");
    List<HoneConfig.Dataset> test = datasets.read("test_datasets");
    boolean evalData = !test.isEmpty() || top.number("val_set_size").orElse(0) > 0;
    boolean heldOut = evalData || top.given("test_datasets");
    HoneConfig.Evaluation evaluation =
        RewardKeys.asked(top, EvaluationKeys.read(top, datasets, heldOut, context));
    HoneConfig.Steps when = steps.read(heldOut);
    checkTogether(top, root);
    List<String> evaluated =
        Stream.concat(
                test.stream(), evaluation.questions().stream().map(HoneConfig.Questions::source))
            .map(HoneConfig.Dataset::name)
            .toList();
    QualitySpec quality = QualityKeys.read(top, evaluated);
    Optional<Mix> mix =
        new MixKeys(top).read(datasets.sections("datasets"), datasets.sections("test_datasets"));
    ModelLimits.check(top);
    LrCurve schedule = ScheduleKeys.read(top);
    LearningRates rates = new LearningRateKeys(top, context).read();
    RankTeam team = DistributedKeys.read(top, context);
    Optional<HoneConfig.Nightly> nightly =
        NightlyKeys.read(top, evalData, !evaluation.isEmpty(), context);
    context.problems().throwIfAny();

    String json = UnresolvedJson.write(root);
    HoneConfig config =
        new HoneConfig(
            new HoneConfig.Source(file, overrides, json, Sha256.hex(json)),
            model(top),
            new HoneConfig.Data(
                train,
                test,
                evaluation,
                top.number("val_set_size").orElseThrow(),
                top.integer("sequence_len").orElseThrow(),
                PackingKeys.read(top),
                PackingKeys.excessLength(top),
                top.words("allow"),
                top.integer("min_sample_len").orElseThrow(),
                top.flag("dataset_exact_deduplication"),
                top.flag("curriculum_sampling") || !top.flag("shuffle_merged_datasets"),
                quality,
                mix),
            training(top, schedule, rates, team),
            when,
            new HoneConfig.Output(
                top.text("output_dir").orElseThrow(),
                top.text("warehouse").orElseThrow(),
                top.text("run_id"),
                top.map("tags")),
            nightly,
            TrackingKeys.read(top, root),
            notices(top),
            EffectiveValues.lines(top, root));
    unread = top.unread();
    return config;
  }

  /** Keys of the table that a whole reading did not ask for: forgotten ones. */
  Set<String> unread() {
    return unread;
  }

  private static HoneConfig.Model model(Section top) {
    return new HoneConfig.Model(
        top.text("base_model").orElseThrow(),
        BaseWeightKeys.read(top),
        LoraKeys.read(top),
        new Unfrozen(top.words("unfrozen_parameters")),
        Bf16Setting.valueOf(top.text("bf16").orElseThrow().toUpperCase(Locale.ROOT)),
        NewTokenKeys.read(top));
  }

  private static HoneConfig.Training training(
      Section top, LrCurve schedule, LearningRates rates, RankTeam team) {
    return new HoneConfig.Training(
        top.integer("gradient_checkpointing").orElseThrow(),
        top.integer("micro_batch_size").orElseThrow(),
        top.integer("gradient_accumulation_steps").orElseThrow(),
        top.number("num_epochs").orElseThrow(),
        optionalInt(top, "max_steps"),
        top.number("learning_rate").orElseThrow(),
        schedule,
        optionalInt(top, "warmup_steps"),
        top.number("warmup_ratio"),
        top.text("optimizer").orElseThrow(),
        top.number("weight_decay").orElseThrow(),
        top.number("adam_beta1").orElseThrow(),
        top.number("adam_beta2").orElseThrow(),
        top.number("adam_epsilon").orElseThrow(),
        rates,
        AveragingKeys.read(top),
        top.number("max_grad_norm").orElseThrow(),
        OnNan.valueOf(top.text("on_nan").orElseThrow().toUpperCase(Locale.ROOT)),
        top.integer("seed").orElseThrow(),
        team,
        DistillationKeys.read(top).map(ObjectiveSpec.class::cast).orElse(PreferenceKeys.read(top)),
        PreferenceKeys.reference(top),
        DistillationKeys.teacher(top));
  }

  static OptionalInt optionalInt(Section section, String key) {
    return section.integer(key).map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  private void checkTogether(Section top, ConfigNode.Entries root) {
    double valSetSize = top.number("val_set_size").orElse(0);
    if (valSetSize > 0 && top.given("test_datasets")) {
      top.problem(
          "val_set_size",
          "%s together with test_datasets (%s); keep one of the two"
              .formatted(Numbers.text(valSetSize), top.location("test_datasets")));
    }
    if (valSetSize >= 1 && valSetSize != Math.rint(valSetSize)) {
      top.problem(
          "val_set_size",
          "%s is neither a part below 1 nor a whole number of records"
              .formatted(Numbers.text(valSetSize)));
    }
    StepsReader.notBoth(top, "warmup_steps", "warmup_ratio");
    if (top.integer("min_sample_len").orElse(0)
        > top.integer("sequence_len").orElse(Integer.MAX_VALUE)) {
      top.problem(
          "min_sample_len",
          "%d is more than sequence_len %d, so no sample would be left"
              .formatted(
                  top.integer("min_sample_len").orElseThrow(),
                  top.integer("sequence_len").orElseThrow()));
    }
    PackingKeys.check(top);
    PreferenceKeys.check(top);
    DistillationKeys.check(top);
    RewardKeys.check(top);
    BaseWeightKeys.check(top, root);
    LoraKeys.check(top);
    NewTokenKeys.check(top);
    TrackingKeys.check(top, context);
    top.text("run_id")
        .filter(id -> !id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"))
        .ifPresent(
            id ->
                top.problem(
                    "run_id",
                    "'%s' is not a name; use letters, digits, dots, dashes and underscores, at most 100"
                        .formatted(id)));
  }

  private List<String> notices(Section top) {
    List<String> notices = new ArrayList<>(context.notices());
    notices.addAll(BaseWeightKeys.notices(top));
    notices.addAll(OptimizerNotices.of(top));
    notices.addAll(ScheduleKeys.notices(top));
    notices.addAll(PackingKeys.notices(top));
    notices.addAll(QualityKeys.notices(top));
    notices.addAll(PreferenceKeys.notices(top));
    notices.addAll(DistillationKeys.notices(top));
    notices.addAll(RewardKeys.notices(top));
    notices.addAll(EvaluationKeys.notices(top));
    notices.addAll(SampleKeys.notices(top));
    notices.addAll(LoraKeys.notices(top));
    notices.addAll(AveragingKeys.notices(top));
    notices.addAll(DistributedKeys.notices(top, context));
    notices.addAll(TrackingKeys.notices(top));
    return notices;
  }
}
