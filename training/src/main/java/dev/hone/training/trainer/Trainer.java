package dev.hone.training.trainer;

import dev.hone.formats.HoneException;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.objective.Objective;
import dev.hone.training.objective.StepLoss;
import dev.hone.training.optimizer.GradientClip;
import dev.hone.training.optimizer.Optimizer;
import java.util.Arrays;
import java.util.List;

/**
 * Trains: reads packs, steps, reports. One optimizer step is a global batch of {@code
 * gradient_accumulation_steps} micro-batches; its loss is the objective's for all of them together,
 * so that the same packs give the same step however they are cut into micro-batches.
 */
public final class Trainer {
  private final TrainPlan plan;
  private final Objective objective;
  private final Kernels kernels;
  private final PackSource packs;
  private final TrainerListener listener;
  private final Optimizer optimizer;

  /** A trainer at step 0. */
  public Trainer(
      TrainPlan plan,
      Objective objective,
      Kernels kernels,
      PackSource packs,
      TrainerListener listener) {
    if (packs.size() != plan.packs()) {
      throw new IllegalArgumentException(
          "the plan is for " + plan.packs() + " packs, the source has " + packs.size());
    }
    this.plan = plan;
    this.objective = objective;
    this.kernels = kernels;
    this.packs = packs;
    this.listener = listener;
    this.optimizer = plan.optimizer().create(objective.parameters(), kernels);
  }

  /** The optimizer, for a checkpoint of its state. */
  public Optimizer optimizer() {
    return optimizer;
  }

  /**
   * Does every step of the plan, and leaves the weights that are its result.
   *
   * @throws HoneException if the loss or the gradient is not finite, or the first gradient is zero
   */
  public void run() {
    MetricWindow window = new MetricWindow(plan);
    for (long done = 0; done < plan.totalSteps(); done++) {
      listener.beforeStep();
      long start = System.nanoTime();
      List<PackedRow> microBatches = microBatches(done);

      objective.zeroGradients();
      long step = done;
      StepLoss loss = objective.forwardBackward(microBatches, i -> dropoutSeed(step, i));

      GradientClip clip = GradientClip.of(objective.parameters(), kernels, plan.maxGradNorm());
      requireUsable(done + 1, loss, clip);
      double learningRate = plan.schedule().at(done);
      optimizer.step(learningRate, clip.coefficient());

      window.add(microBatches, loss, clip, learningRate, System.nanoTime() - start);
      report(done + 1, window);
    }
    optimizer.finish();
  }

  private void report(long step, MetricWindow window) {
    boolean last = step == plan.totalSteps();
    if (last || step % plan.loggingSteps() == 0) {
      listener.onMetrics(window.close(step));
    }
    if (plan.evalSteps() > 0 && step % plan.evalSteps() == 0 && !last) {
      listener.onEvaluate(step, plan.epochAfter(step));
    }
    if (plan.saveSteps() > 0 && step % plan.saveSteps() == 0) {
      listener.onSave(step, plan.epochAfter(step));
    }
  }

  private List<PackedRow> microBatches(long done) {
    return plan.packsOfStep(done).stream()
        .map(numbers -> PackedRow.concat(Arrays.stream(numbers).mapToObj(packs::read).toList()))
        .toList();
  }

  /**
   * Differs for every forward pass of a run, and depends on nothing but the seed and its number.
   */
  private long dropoutSeed(long done, int microBatch) {
    return plan.seed() + 31 * (done * plan.gradientAccumulationSteps() + microBatch + 1);
  }

  private static void requireUsable(long step, StepLoss loss, GradientClip clip) {
    if (!Double.isFinite(loss.loss()) || !Double.isFinite(clip.norm())) {
      throw new HoneException(
          "step "
              + step
              + ": loss is "
              + loss.loss()
              + " and grad_norm is "
              + clip.norm()
              + ", so training has diverged or the model's weights are broken; lower learning_rate"
              + " (or warm up longer), and check that the base model gives a finite eval_loss");
    }
    if (step == 1 && clip.norm() == 0) {
      throw new HoneException(
          "step 1: the gradient of every trained parameter is 0 at a loss of "
              + loss.loss()
              + ", so nothing would be learned; check that the adapter's target modules are used by"
              + " the model and that the adapter is not all zeros");
    }
  }
}
