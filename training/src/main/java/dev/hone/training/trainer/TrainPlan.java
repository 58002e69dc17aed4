package dev.hone.training.trainer;

import dev.hone.formats.HoneException;
import dev.hone.training.collective.Collective;
import dev.hone.training.data.DataOrder;
import dev.hone.training.optimizer.OptimizerSettings;
import dev.hone.training.parallel.Ranks;
import dev.hone.training.schedule.LrSchedule;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.LongStream;

/**
 * A run in numbers: what {@link TrainArguments} mean for a given number of packs and ranks, by the
 * rules of HF Trainer 5 ({@code Trainer.set_initial_training_values}).
 *
 * <p>Example: 10 packs, micro batches of 2, accumulation 2: 5 micro-batches an epoch in 3 steps,
 * the last of which has one micro-batch; 1.5 epochs are {@code ceil(1.5 · 3) = 5} steps.
 *
 * <p>The micro-batches of a step are one list, whose order depends on the seed and the epoch alone.
 * Ranks have parts of it that follow each other: with 2 ranks and accumulation 3 the first rank has
 * the micro-batches 0, 1 and 2 of the step and the second 3, 4 and 5. So 4 ranks, 2 ranks with
 * twice the accumulation and one with four times of it take the same steps, and what ranks lay side
 * by side in their order is in that of the list. A last step of an epoch that is short is dealt as
 * evenly as it can be; some ranks may have nothing of it.
 *
 * @param packs packs in an epoch
 * @param microBatchSize packs in one forward pass; the last of an epoch may have fewer
 * @param gradientAccumulationSteps forward passes of a rank in a step; the last step of an epoch
 *     may have fewer
 * @param ranks how many ranks take the step together, and how
 * @param stepsPerEpoch {@code ceil(ceil(packs / micro) / (accumulation · ranks))}
 * @param totalSteps {@code max_steps}, or {@code ceil(num_epochs · stepsPerEpoch)}
 * @param schedule learning rate of every step
 * @param optimizer which, and its constants
 * @param maxGradNorm 0: no clipping
 * @param onNan what becomes of a step that is not finite
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
    Ranks ranks,
    long stepsPerEpoch,
    long totalSteps,
    LrSchedule schedule,
    OptimizerSettings optimizer,
    double maxGradNorm,
    OnNan onNan,
    long seed,
    boolean fileOrder,
    long loggingSteps,
    long evalSteps,
    long saveSteps,
    int saveTotalLimit)
    implements Serializable {

  /**
   * What a rank has of a step.
   *
   * @param first number of its first micro-batch in the step
   * @param packs numbers of the packs of each of its micro-batches
   */
  public record Part(int first, List<long[]> packs) {}

  /** The plan of one rank; see {@link #of(TrainArguments, long, Ranks)}. */
  public static TrainPlan of(TrainArguments arguments, long packs) {
    return of(arguments, packs, Ranks.ONE);
  }

  /**
   * The plan for a number of packs.
   *
   * @throws HoneException if there is nothing to train on
   */
  public static TrainPlan of(TrainArguments arguments, long packs, Ranks ranks) {
    if (packs < 1) {
      throw new HoneException(
          "there are 0 packs to train on: every row was refused or held out; see the quarantine"
              + " table for the reasons, or lower val_set_size");
    }
    long microBatches = ceilDiv(packs, arguments.microBatchSize());
    long stepsPerEpoch =
        ceilDiv(microBatches, arguments.gradientAccumulationSteps() * ranks.size());
    long total =
        arguments
            .maxSteps()
            .orElseGet(() -> (long) Math.ceil(arguments.numEpochs() * stepsPerEpoch));
    return new TrainPlan(
        packs,
        arguments.microBatchSize(),
        arguments.gradientAccumulationSteps(),
        ranks,
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
        arguments.onNan(),
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

  /** Micro-batches of all ranks in a full step. */
  public int microBatchesOfFullStep() {
    return gradientAccumulationSteps * ranks.size();
  }

  /** Micro-batches of the step that follows {@code stepsDone} others. */
  public int microBatchesOfStep(long stepsDone) {
    long before = stepsDone % stepsPerEpoch * microBatchesOfFullStep();
    return (int) Math.min(microBatchesOfFullStep(), microBatchesPerEpoch() - before);
  }

  /** Numbers of the packs of each micro-batch of the step that follows {@code stepsDone} others. */
  public List<long[]> packsOfStep(long stepsDone) {
    long epoch = stepsDone / stepsPerEpoch;
    DataOrder order =
        fileOrder ? DataOrder.asWritten(packs) : DataOrder.shuffled(packs, seed, epoch);
    long place = stepsDone % stepsPerEpoch * microBatchesOfFullStep() * microBatchSize;
    List<long[]> microBatches = new ArrayList<>();
    for (int i = 0; i < microBatchesOfStep(stepsDone); i++) {
      long end = Math.min(place + microBatchSize, packs);
      microBatches.add(LongStream.range(place, end).map(order::pack).toArray());
      place = end;
    }
    return microBatches;
  }

  /** What a rank has of the step that follows {@code stepsDone} others. */
  public Part partOfStep(long stepsDone, int rank) {
    int[] cuts = Collective.evenCuts(microBatchesOfStep(stepsDone), ranks.size());
    return new Part(cuts[rank], packsOfStep(stepsDone).subList(cuts[rank], cuts[rank + 1]));
  }

  /**
   * The packs that a rank reads in each step, in order, a micro-batch each.
   *
   * @param stepsDone steps that it will not take, as they are done
   */
  public Iterable<List<long[]>> steps(int rank, long stepsDone) {
    return () ->
        LongStream.range(stepsDone, totalSteps)
            .mapToObj(done -> partOfStep(done, rank).packs())
            .iterator();
  }

  /** Epochs done after a number of steps, in micro-batches as HF Trainer counts them. */
  public double epochAfter(long steps) {
    long whole = steps / stepsPerEpoch;
    long rest = steps % stepsPerEpoch * microBatchesOfFullStep();
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
