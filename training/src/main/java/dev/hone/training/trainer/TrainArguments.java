package dev.hone.training.trainer;

import dev.hone.formats.HoneException;
import dev.hone.training.optimizer.Averaging;
import dev.hone.training.optimizer.LearningRates;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.schedule.LrCurve;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How to train, by Axolotl's key names, as the user gave it. {@link TrainPlan} turns it into
 * numbers of steps once the number of packs is known.
 *
 * @param microBatchSize {@code micro_batch_size}: packs in one forward pass
 * @param gradientAccumulationSteps {@code gradient_accumulation_steps}: forward passes in one
 *     optimizer step
 * @param numEpochs {@code num_epochs}: passes over the packs; fractions allowed
 * @param maxSteps {@code max_steps}: optimizer steps; wins over the epochs
 * @param learningRate {@code learning_rate}: the schedule's peak
 * @param lrScheduler {@code lr_scheduler}
 * @param warmupSteps {@code warmup_steps}; wins over the ratio
 * @param warmupRatio {@code warmup_ratio}: share of all steps
 * @param optimizer {@code optimizer}
 * @param weightDecay {@code weight_decay}
 * @param decayEverything decay biases and norm weights too, as a plain {@code torch.optim.AdamW} on
 *     all parameters does
 * @param adamBeta1 {@code adam_beta1}
 * @param adamBeta2 {@code adam_beta2}
 * @param adamEpsilon {@code adam_epsilon}
 * @param learningRates {@code loraplus_lr_ratio}, {@code embedding_lr} and {@code lr_groups}: which
 *     weights learn faster or slower
 * @param averaging {@code ema_decay}, {@code ema_update_after_step} and {@code ema_update_freq}:
 *     the average of the weights that is the result
 * @param maxGradNorm {@code max_grad_norm}; 0: gradients are measured, not clipped
 * @param onNan {@code on_nan}: what becomes of a step that is not finite
 * @param seed {@code seed} of the data order and of dropout
 * @param fileOrder packs in the order of the table in every epoch, instead of a permutation
 * @param loggingSteps {@code logging_steps}: steps that one line of metrics covers, or a share of
 *     all steps if below 1
 * @param evalSteps {@code eval_steps}: steps between evaluations, or a share of all steps if below
 *     1
 * @param saveSteps {@code save_steps}: steps between checkpoints, or a share of all steps if below
 *     1
 * @param saveTotalLimit {@code save_total_limit}: newest checkpoints that are kept
 */
public record TrainArguments(
    int microBatchSize,
    int gradientAccumulationSteps,
    double numEpochs,
    OptionalLong maxSteps,
    double learningRate,
    LrCurve lrScheduler,
    OptionalInt warmupSteps,
    OptionalDouble warmupRatio,
    OptimizerKind optimizer,
    double weightDecay,
    boolean decayEverything,
    double adamBeta1,
    double adamBeta2,
    double adamEpsilon,
    LearningRates learningRates,
    Averaging averaging,
    double maxGradNorm,
    OnNan onNan,
    long seed,
    boolean fileOrder,
    OptionalDouble loggingSteps,
    OptionalDouble evalSteps,
    OptionalDouble saveSteps,
    OptionalInt saveTotalLimit) {

  /**
   * Checks every value.
   *
   * @throws HoneException that names every key that is out of range, its value and the range
   */
  public TrainArguments {
    List<String> problems = new ArrayList<>();
    atLeast(problems, "micro_batch_size", microBatchSize, 1);
    atLeast(problems, "gradient_accumulation_steps", gradientAccumulationSteps, 1);
    above(problems, "num_epochs", numEpochs, 0);
    maxSteps.ifPresent(value -> atLeast(problems, "max_steps", (double) value, 1));
    atLeast(problems, "learning_rate", learningRate, 0);
    warmupSteps.ifPresent(value -> atLeast(problems, "warmup_steps", value, 0));
    warmupRatio.ifPresent(value -> within(problems, "warmup_ratio", value));
    atLeast(problems, "weight_decay", weightDecay, 0);
    within(problems, "adam_beta1", adamBeta1);
    within(problems, "adam_beta2", adamBeta2);
    atLeast(problems, "adam_epsilon", adamEpsilon, 0);
    above(problems, "loraplus_lr_ratio", learningRates.loraPlusRatio(), 0);
    within(problems, "ema_decay", averaging.decay());
    atLeast(problems, "ema_update_after_step", averaging.updateAfterStep(), 0);
    atLeast(problems, "ema_update_freq", averaging.updateFreq(), 1);
    atLeast(problems, "max_grad_norm", maxGradNorm, 0);
    loggingSteps.ifPresent(value -> above(problems, "logging_steps", value, 0));
    evalSteps.ifPresent(value -> above(problems, "eval_steps", value, 0));
    saveSteps.ifPresent(value -> above(problems, "save_steps", value, 0));
    saveTotalLimit.ifPresent(value -> atLeast(problems, "save_total_limit", value, 1));
    if (!problems.isEmpty()) {
      throw new HoneException(String.join("; ", problems));
    }
  }

  /** Axolotl's and HF Trainer's defaults, from which {@code with...} methods start. */
  public static TrainArguments defaults() {
    return new TrainArguments(
        1,
        1,
        1,
        OptionalLong.empty(),
        2e-4,
        LrCurve.COSINE,
        OptionalInt.empty(),
        OptionalDouble.empty(),
        OptimizerKind.ADAMW,
        0,
        false,
        0.9,
        0.999,
        1e-8,
        LearningRates.EQUAL,
        Averaging.NONE,
        1,
        OnNan.STOP,
        42,
        false,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalInt.empty());
  }

  private static void atLeast(List<String> problems, String key, double value, double least) {
    if (!(value >= least)) {
      problems.add(key + " is " + text(value) + ", but must be at least " + text(least));
    }
  }

  private static void above(List<String> problems, String key, double value, double bound) {
    if (!(value > bound)) {
      problems.add(key + " is " + text(value) + ", but must be above " + text(bound));
    }
  }

  private static void within(List<String> problems, String key, double value) {
    if (!(value >= 0 && value <= 1)) {
      problems.add(key + " is " + text(value) + ", but must be between 0 and 1");
    }
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
