package dev.hone.training.bench;

import dev.hone.formats.HoneException;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.LossSum;
import dev.hone.training.model.Room;
import dev.hone.training.optimizer.GradientClip;
import dev.hone.training.optimizer.Optimizer;
import dev.hone.training.plan.TrainingSetup;
import dev.hone.training.trainer.ResidentMemory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Times training steps on random tokens, without Spark: forward, backward, clipping and the
 * optimizer with the constants that are the defaults of a run.
 *
 * @param setup what is trained and how; a row is one document, and every token but its first has a
 *     loss
 * @param warmUp steps that are not timed, before those that are
 * @param steps timed steps
 */
public record StepBench(TrainingSetup setup, int warmUp, int steps) {
  private static final double LEARNING_RATE = 1e-5;

  /** Checks the numbers. */
  public StepBench {
    if (warmUp < 0 || steps < 1) {
      throw new HoneException(
          "a benchmark needs at least 1 step and none or more to warm up, not %d and %d"
              .formatted(steps, warmUp));
    }
  }

  /** Runs it. The kernels must not be in use elsewhere. */
  public BenchResult run(Kernels plain) {
    KernelProfile profile = new KernelProfile(plain);
    Kernels kernels = profile.kernels();
    CausalLm loaded =
        CausalLm.load(
            setup.model(),
            setup.adapter(),
            setup.unfrozen(),
            kernels,
            Room.ofPacks(setup.sequenceLength(), setup.microBatchSize(), plain.threads()),
            1,
            setup.checkpointing());
    Optimizer optimizer = setup.optimizerSettings().create(loaded.parameters(), kernels);
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
    long peak = ResidentMemory.peakBytes();
    return new BenchResult(
        setup.tokens() / median,
        median,
        peak,
        loaded.baseWeightBytes(),
        optimizer.stateBytes(),
        setup.flops().total() / median / 1e9,
        GemmRate.measure(plain),
        loss.mean(),
        profile.operations(steps));
  }

  private PackedRow row(Random random) {
    PackedRow row = setup.row();
    int[] ids = random.ints(row.length(), 0, setup.model().config().vocabSize()).toArray();
    return new PackedRow(ids, row.lossWeights(), row.documentStarts());
  }
}
