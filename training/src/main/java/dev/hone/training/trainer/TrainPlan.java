package dev.hone.training.trainer;

import dev.hone.formats.HoneException;
import dev.hone.training.data.DataOrder;
import dev.hone.training.optimizer.OptimizerSettings;
import dev.hone.training.schedule.LrSchedule;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.LongStream;

/**
 * A run in numbers: what {@link TrainArguments} mean for a given number of packs, by the rules of
 * HF Trainer 5 ({@code Trainer.set_initial_training_values}).
 *
 * <p>Example: 10 packs, micro batches of 2, accumulation 2: 5 micro-batches an epoch in 3 steps,
 * the last of which has one micro-batch; 1.5 epochs are {@code ceil(1.5 · 3) = 5} steps.
 *
 * @param packs packs in an epoch
 * @param microBatchSize packs in one forward pass; the last of an epoch may have fewer
 * @param gradientAccumulationSteps forward passes in a step; the last step of an epoch may have
 *     fewer
 * @param stepsPerEpoch {@code ceil(ceil(packs / micro) / accumulation)}
 * @param totalSteps {@code max_steps}, or {@code ceil(num_epochs · stepsPerEpoch)}
 * @param schedule learning rate of every step
 * @param optimizer which, and its constants
 * @param maxGradNorm 0: no clipping
 * @param seed of data order and dropout
 * @param fileOrder packs in table order
 * @param loggingSteps steps that one {@link StepMetrics} covers
 * @param evalSteps steps between evaluations; 0: none between
 * @param saveSteps steps between checkpoints; 0: none
 * @param saveTotalLimit newest checkpoints that are kept; 0: all
 */
public record TrainPlan(
    long packs,
    int microBatchSize,
    int gradientAccumulationSteps,
    long stepsPerEpoch,
    long totalSteps,
    LrSchedule schedule,
    OptimizerSettings optimizer,
    double maxGradNorm,
    long seed,
    boolean fileOrder,
    long loggingSteps,
    long evalSteps,
    long saveSteps,
    int saveTotalLimit)
    implements Serializable {

  /**
   * The plan for a number of packs.
   *
   * @throws HoneException if there is nothing to train on
   */
  public static TrainPlan of(TrainArguments arguments, long packs) {
    if (packs < 1) {
      throw new HoneException(
          "there are 0 packs to train on: every row was refused or held out; see the quarantine"
              + " table for the reasons, or lower val_set_size");
    }
    long microBatches = ceilDiv(packs, arguments.microBatchSize());
    long stepsPerEpoch = ceilDiv(microBatches, arguments.gradientAccumulationSteps());
    long total =
        arguments
            .maxSteps()
            .orElseGet(() -> (long) Math.ceil(arguments.numEpochs() * stepsPerEpoch));
    return new TrainPlan(
        packs,
        arguments.microBatchSize(),
        arguments.gradientAccumulationSteps(),
        stepsPerEpoch,
        total,
        new LrSchedule(
            arguments.lrScheduler(), arguments.learningRate(), warmup(arguments, total), total),
        new OptimizerSettings(
            arguments.optimizer(),
            arguments.adamBeta1(),
            arguments.adamBeta2(),
            arguments.adamEpsilon(),
            arguments.weightDecay(),
            arguments.decayEverything(),
            arguments.learningRates(),
            arguments.averaging()),
        arguments.maxGradNorm(),
        arguments.seed(),
        arguments.fileOrder(),
        interval(arguments.loggingSteps(), total, Math.max(1, Math.min(total / 200, 10))),
        interval(arguments.evalSteps(), total, 0),
        interval(arguments.saveSteps(), total, 0),
        arguments.saveTotalLimit().orElse(0));
  }

  /** Micro-batches in an epoch. */
  public long microBatchesPerEpoch() {
    return ceilDiv(packs, microBatchSize);
  }

  /** Micro-batches of the step that follows {@code stepsDone} others. */
  public int microBatchesOfStep(long stepsDone) {
    long before = stepsDone % stepsPerEpoch * gradientAccumulationSteps;
    return (int) Math.min(gradientAccumulationSteps, microBatchesPerEpoch() - before);
  }

  /** Numbers of the packs of each micro-batch of the step that follows {@code stepsDone} others. */
  public List<long[]> packsOfStep(long stepsDone) {
    long epoch = stepsDone / stepsPerEpoch;
    DataOrder order =
        fileOrder ? DataOrder.asWritten(packs) : DataOrder.shuffled(packs, seed, epoch);
    long place = stepsDone % stepsPerEpoch * gradientAccumulationSteps * microBatchSize;
    List<long[]> microBatches = new ArrayList<>();
    for (int i = 0; i < microBatchesOfStep(stepsDone); i++) {
      long end = Math.min(place + microBatchSize, packs);
      microBatches.add(LongStream.range(place, end).map(order::pack).toArray());
      place = end;
    }
    return microBatches;
  }

  /** {@link #packsOfStep} of every step, in order. */
  public Iterable<List<long[]>> steps() {
    return () -> LongStream.range(0, totalSteps).mapToObj(this::packsOfStep).iterator();
  }

  /** Epochs done after a number of steps, in micro-batches as HF Trainer counts them. */
  public double epochAfter(long steps) {
    long whole = steps / stepsPerEpoch;
    long rest = steps % stepsPerEpoch * gradientAccumulationSteps;
    return whole + (double) rest / microBatchesPerEpoch();
  }

  /**
   * {@code warmup_steps} as given; {@code warmup_ratio} rounded up, as HF Trainer does (Axolotl
   * rounds down); with neither, none, as HF Trainer (Axolotl warms up over 3 % of the steps, at
   * most 100).
   */
  private static long warmup(TrainArguments arguments, long totalSteps) {
    if (arguments.warmupSteps().isPresent()) {
      return arguments.warmupSteps().getAsInt();
    }
    return (long) Math.ceil(totalSteps * arguments.warmupRatio().orElse(0));
  }

  /** A number of steps, or a share of all steps rounded up. */
  private static long interval(OptionalDouble given, long totalSteps, long absent) {
    if (given.isEmpty()) {
      return absent;
    }
    double value = given.getAsDouble();
    return value < 1 ? (long) Math.ceil(totalSteps * value) : (long) value;
  }

  private static long ceilDiv(long dividend, int divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
