package dev.hone.jobs;

import dev.hone.formats.model.BaseWeights;
import dev.hone.training.kernels.Precision;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.plan.MemoryPlan;
import dev.hone.training.plan.TrainingSetup;
import dev.hone.training.trainer.Bf16Setting;
import dev.hone.training.trainer.MachineKernels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What would make a plan smaller, each tried by planning it. */
final class Relief {
  /** What holds if a configuration says no more than that it wants an adapter. */
  private static final LoraSpec LORA = new LoraSpec(8, 8, 0, List.of(), Optional.empty());

  private Relief() {}

  private record Change(String words, UnaryOperator<TrainingSetup> made) {
    long total(TrainingSetup setup) {
      return MemoryPlan.of(made.apply(setup)).total();
    }
  }

  /**
   * A sentence about the settings that would help, most of all first.
   *
   * @param total bytes of the plan as it is
   */
  static String of(TrainingSetup setup, long total) {
    List<Change> helpful =
        changes(setup).stream()
            .filter(change -> change.total(setup) < total)
            .sorted(Comparator.comparingLong(change -> change.total(setup)))
            .toList();
    if (helpful.isEmpty()) {
      return "lower sequence_len, or take a smaller base_model";
    }
    String each =
        helpful.stream()
            .map(change -> Sizes.bytes(change.total(setup)) + " with " + change.words())
            .collect(Collectors.joining(", "));
    TrainingSetup all = setup;
    for (Change change : helpful) {
      all = change.made().apply(all);
    }
    return "it would be "
        + each
        + (helpful.size() > 1
            ? ", " + Sizes.bytes(MemoryPlan.of(all).total()) + " with all of these"
            : "");
  }

  private static List<Change> changes(TrainingSetup setup) {
    List<Change> changes = new ArrayList<>();
    if (setup.adapter().isEmpty()) {
      changes.add(new Change("adapter: lora", s -> s.withAdapter(LORA)));
    }
    if (!setup.model().weights().isQuantized()) {
      LoraSpec lora = setup.adapter().orElse(LORA);
      changes.add(
          new Change(
              "adapter: qlora",
              s -> s.withModel(BaseWeights.NF4_DOUBLE.of(s.model())).withAdapter(lora)));
    }
    if (setup.optimizer() == OptimizerKind.ADAMW) {
      changes.add(
          new Change("optimizer: adamw_bnb_8bit", s -> s.withOptimizer(OptimizerKind.ADAMW_8BIT)));
    }
    if (setup.checkpointing() == 0) {
      changes.add(new Change("gradient_checkpointing: true", s -> s.withCheckpointing(1)));
    }
    if (setup.microBatchSize() > 1) {
      changes.add(new Change("micro_batch_size: 1", s -> s.withMicroBatchSize(1)));
    }
    if (setup.precision() == Precision.F32
        && MachineKernels.precision(Bf16Setting.AUTO) == Precision.BF16) {
      changes.add(new Change("bf16: auto", s -> s.withPrecision(Precision.BF16)));
    }
    return changes;
  }
}
