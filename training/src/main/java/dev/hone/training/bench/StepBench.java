package dev.hone.training.bench;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.model.LossSum;
import dev.hone.training.model.StepFlops;
import dev.hone.training.optimizer.GradientClip;
import dev.hone.training.optimizer.Optimizer;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.optimizer.OptimizerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/**
 * Times training steps on random tokens, without Spark: forward, backward, clipping and the
 * optimizer.
 *
 * @param adapter what is trained; empty: all weights
 * @param kind which optimizer, with the constants that are the defaults of a run
 * @param sequenceLength tokens of a row; a row is one document, and every token but its first has a
 *     loss
 * @param microBatchSize rows of a step
 * @param warmUp steps that are not timed, before those that are
 * @param steps timed steps
 * @param checkpointing blocks that are computed again together; 0: none
 */
public record StepBench(
    ModelDirectory model,
    Optional<LoraSpec> adapter,
    OptimizerKind kind,
    int sequenceLength,
    int microBatchSize,
    int warmUp,
    int steps,
    int checkpointing) {
  private static final double LEARNING_RATE = 1e-5;

  /** Checks the numbers. */
  public StepBench {
    if (sequenceLength < 2 || microBatchSize < 1 || steps < 1) {
      throw new HoneException(
          "a benchmark needs rows of at least 2 tokens, 1 row and 1 step, not %d, %d and %d"
              .formatted(sequenceLength, microBatchSize, steps));
    }
    if (warmUp < 0) {
      throw new HoneException("%d steps to warm up; use 0 or more".formatted(warmUp));
    }
    if (checkpointing < 0) {
      throw new HoneException(
          "gradient checkpointing of %d blocks; use 0 for none, or 1 or more"
              .formatted(checkpointing));
    }
  }

  /** Runs it. The kernels must not be in use elsewhere. */
  public BenchResult run(Kernels plain) {
    KernelProfile profile = new KernelProfile(plain);
    Kernels kernels = profile.kernels();
    int tokens = sequenceLength * microBatchSize;
    CausalLm loaded = CausalLm.load(model, adapter, kernels, tokens, 1, checkpointing);
    Optimizer optimizer =
        new OptimizerSettings(kind, 0.9, 0.999, 1e-8, 0, false)
            .create(loaded.parameters(), kernels);
    Random random = new Random(1);
    List<Double> seconds = new ArrayList<>();
    LossSum loss = LossSum.ZERO;
    for (int i = 0; i < warmUp + steps; i++) {
      if (i == warmUp) {
        profile.reset();
      }
      PackedRow row = row(random);
      long start = System.nanoTime();
      loaded.zeroGradients();
      loss = loaded.forwardBackward(row, 1 / row.weightSum());
      GradientClip clip = GradientClip.of(loaded.parameters(), kernels, 1);
      optimizer.step(LEARNING_RATE, clip.coefficient());
      if (i >= warmUp) {
        seconds.add((System.nanoTime() - start) / 1e9);
      }
    }
    Collections.sort(seconds);
    double median = seconds.get(seconds.size() / 2);
    long peak = peakRssBytes();
    return new BenchResult(
        tokens / median,
        median,
        peak,
        loaded.baseWeightBytes(),
        optimizer.stateBytes(),
        flops().total() / median / 1e9,
        GemmRate.measure(plain),
        loss.mean(),
        profile.operations(steps));
  }

  private StepFlops flops() {
    int[] documents = new int[microBatchSize];
    Arrays.fill(documents, sequenceLength);
    return StepFlops.of(
        model.config(),
        adapter.map(spec -> OptionalInt.of(spec.r())).orElse(OptionalInt.empty()),
        documents,
        microBatchSize * (sequenceLength - 1));
  }

  private PackedRow row(Random random) {
    int tokens = sequenceLength * microBatchSize;
    int[] ids = random.ints(tokens, 0, model.config().vocabSize()).toArray();
    float[] weights = new float[tokens];
    int[] starts = new int[microBatchSize];
    Arrays.fill(weights, 1);
    for (int i = 0; i < microBatchSize; i++) {
      starts[i] = i * sequenceLength;
      weights[starts[i]] = 0;
    }
    return new PackedRow(ids, weights, starts);
  }

  /** The high-water mark of resident memory, where Linux says it. */
  private static long peakRssBytes() {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
