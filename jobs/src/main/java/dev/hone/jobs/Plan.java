package dev.hone.jobs;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.KnownShapes;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.NewTokens;
import dev.hone.formats.model.Task;
import dev.hone.formats.model.gguf.GgufModel;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.training.distributed.ModelSource;
import dev.hone.training.kernels.Precision;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.model.ScoreStart;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.plan.MemoryPlan;
import dev.hone.training.plan.TrainingSetup;
import dev.hone.training.trainer.Bf16Setting;
import dev.hone.training.trainer.MachineKernels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What training by a configuration will take on one rank. Nothing is loaded, and no Spark started.
 *
 * @param setup the model and how it is trained
 * @param memory of a rank
 * @param accumulation {@code gradient_accumulation_steps}, passes of a step
 * @param limit what the memory has to fit into
 */
public record Plan(TrainingSetup setup, MemoryPlan memory, int accumulation, MemoryLimit limit) {

  /**
   * Plans the training of a configuration.
   *
   * @throws HoneException if the model or the adapter to start from cannot be read, or do not fit
   */
  public static Plan of(HoneConfig config) {
    HoneConfig.Training training = config.training();
    ModelSource source = StageSpecs.model(config);
    ModelDirectory model = model(config);
    Optional<LoraSpec> adapter =
        source.adapter().map(found -> found.spec(model, found.from().map(Path::of)));
    TrainingSetup setup =
        new TrainingSetup(
            model,
            adapter,
            OptimizerKind.named(training.optimizer()),
            precision(source.bf16()),
            config.data().packing().capacity(config.data().sequenceLen()),
            training.microBatchSize(),
            source.checkpointing(),
            source.unfrozen(),
            training.averaging().isOn(),
            training.team().ranks());
    return new Plan(
        setup, MemoryPlan.of(setup), training.gradientAccumulationSteps(), MemoryLimit.ofThisJvm());
  }

  /** Where bf16 is demanded, it is planned even if this machine is not the one that has it. */
  private static Precision precision(Bf16Setting setting) {
    return setting == Bf16Setting.TRUE ? Precision.BF16 : MachineKernels.precision(setting);
  }

  private static ModelDirectory grown(NewTokens newTokens, ModelDirectory model) {
    if (newTokens.isEmpty()) {
      return model;
    }
    try (TemporaryFolder files = TemporaryFolder.create("hone-plan")) {
      return newTokens.grow(model, files.path());
    }
  }

  private static ModelDirectory model(HoneConfig config) {
    String name = config.model().baseModel();
    Task task = config.training().objective().task();
    Path path = Path.of(name);
    if (Files.isDirectory(path) || (GgufModel.isGguf(name) && Files.isRegularFile(path))) {
      return ScoreStart.on(
          grown(config.model().newTokens(), config.model().weights().outline(path, task)), 0);
    }
    if (KnownShapes.has(name)) {
      ModelDirectory shape = KnownShapes.named(name).forTask(task);
      return ScoreStart.on(config.model().weights().of(shape), 0);
    }
    throw new HoneException(
        "%s: base_model: '%s' is neither a model directory nor a .gguf file on this machine; give the path of one, of which a plan reads the header, or a shape that hone knows: %s"
            .formatted(config.source().file(), name, String.join(", ", KnownShapes.names())));
  }

  /** Floating-point operations of a pass, by its tokens. */
  public double flopsPerToken() {
    return setup.flops().total() / setup.tokens();
  }

  /** Tokens of an optimizer step, of all ranks. */
  public long tokensPerStep() {
    return (long) setup.tokens() * accumulation * setup.ranks().size();
  }

  /** Floating-point operations of an optimizer step, of all ranks. */
  public double flopsPerStep() {
    return flopsPerToken() * tokensPerStep();
  }

  /** What does not fit, and what would help; empty if all fits. */
  public Optional<String> warning() {
    return memory.total() <= limit.bytes()
        ? Optional.empty()
        : Optional.of(
            "the plan of %s is more than %s; %s, or change the configuration: %s"
                .formatted(
                    Sizes.bytes(memory.total()),
                    limit.text(),
                    limit.cure(),
                    Relief.of(setup, memory.total())));
  }
}
