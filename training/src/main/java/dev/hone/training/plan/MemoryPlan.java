package dev.hone.training.plan;

import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.ShapeWeights;
import dev.hone.formats.model.TensorInfo;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.MemoryUse;
import dev.hone.training.kernels.cpu.CountingKernels;
import dev.hone.training.model.DryModel;
import dev.hone.training.model.Parameter;
import dev.hone.training.parallel.RankMode;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The native memory that one rank holds while it trains: found by building the model and taking a
 * step on {@link CountingKernels}, by the code that does so in earnest.
 *
 * <p>Beside it are the JVM with its heap and libraries, what oneDNN keeps for itself, and for each
 * thread the head of attention that it works on: in f32 {@code 16 HS} bytes for each token of the
 * longest document so far, and {@code 1024 NH / NKV} for a block of scores.
 *
 * @param weights of the model, without an adapter
 * @param trainedWeights of the model or its adapter
 * @param bytes by use, in the order of {@link MemoryUse}; a use without any is absent
 */
public record MemoryPlan(long weights, long trainedWeights, Map<MemoryUse, Long> bytes) {
  public MemoryPlan {
    bytes = Collections.unmodifiableMap(bytes);
  }

  /**
   * Plans it.
   *
   * @throws dev.hone.formats.HoneException if the adapter does not fit the model
   */
  public static MemoryPlan of(TrainingSetup setup) {
    CountingKernels kernels = new CountingKernels(setup.precision());
    ModelDirectory shapes = setup.model().withWeights(ShapeWeights.of(setup.model().weights()));
    DryModel model =
        DryModel.build(
            shapes,
            setup.adapter(),
            setup.unfrozen(),
            kernels,
            setup.tokens(),
            setup.checkpointing());
    List<Parameter> parameters = model.parameters();
    RankMode mode = mode(setup, parameters, kernels.forUse(MemoryUse.OPTIMIZER));
    model.forwardBackward(setup.row());
    mode.step(0, true);
    Map<MemoryUse, Long> bytes = new EnumMap<>(MemoryUse.class);
    bytes.putAll(kernels.bytes());
    if (mode.exchangeBytes() > 0) {
      bytes.put(MemoryUse.EXCHANGE, mode.exchangeBytes());
    }
    return new MemoryPlan(
        shapes.tensors().stream().mapToLong(t -> TensorInfo.elements(t.shape())).sum(),
        parameters.stream().mapToLong(parameter -> parameter.value().length()).sum(),
        bytes);
  }

  /** The part of the first rank; the others hold about as much. */
  static RankMode mode(TrainingSetup setup, List<Parameter> parameters, Kernels kernels) {
    return setup
        .ranks()
        .averaging()
        .with(parameters, setup.optimizerSettings(), kernels, new DryRank(setup.ranks().size()));
  }

  /** All of it. */
  public long total() {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }
}
