package dev.hone.training.trainer;

import dev.hone.training.optimizer.Averaging;
import dev.hone.training.optimizer.LearningRates;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.schedule.LrCurve;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Short ways to the arguments that a test is about; everything else is plain. */
public final class Plans {
  private Plans() {}

  /** Constant rate, file order, no clipping, every step reported. */
  public static TrainArguments steps(
      int microBatchSize, int gradientAccumulationSteps, long maxSteps, double learningRate) {
    return arguments(
        microBatchSize,
        gradientAccumulationSteps,
        1,
        OptionalLong.of(maxSteps),
        learningRate,
        OptionalInt.of(0),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /** As {@link #steps}, with checkpoints, and an evaluation after every step. */
  public static TrainArguments saving(
      int microBatchSize,
      int gradientAccumulationSteps,
      long maxSteps,
      double learningRate,
      int saveSteps) {
    return arguments(
        microBatchSize,
        gradientAccumulationSteps,
        1,
        OptionalLong.of(maxSteps),
        learningRate,
        OptionalInt.of(0),
        OptionalDouble.empty(),
        OptionalDouble.of(saveSteps));
  }

  /** As {@link #saving}, after every step, and the average of the weights is the result. */
  public static TrainArguments averaging(long maxSteps, double learningRate, Averaging averaging) {
    return arguments(
        1,
        1,
        1,
        OptionalLong.of(maxSteps),
        learningRate,
        OptionalInt.of(0),
        OptionalDouble.empty(),
        OptionalDouble.of(1),
        averaging,
        OnNan.STOP);
  }

  /** As {@link #averaging}, and a step that is not finite is not taken. */
  public static TrainArguments skipping(long maxSteps, double learningRate, Averaging averaging) {
    return arguments(
        1,
        1,
        1,
        OptionalLong.of(maxSteps),
        learningRate,
        OptionalInt.of(0),
        OptionalDouble.empty(),
        OptionalDouble.of(4),
        averaging,
        OnNan.SKIP);
  }

  static TrainArguments epochs(int microBatchSize, int gradientAccumulationSteps, double epochs) {
    return arguments(
        microBatchSize,
        gradientAccumulationSteps,
        epochs,
        OptionalLong.empty(),
        1e-3,
        OptionalInt.of(0),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  static TrainArguments warmup(long maxSteps, OptionalInt steps, OptionalDouble ratio) {
    return arguments(
        1, 1, 1, OptionalLong.of(maxSteps), 1e-3, steps, ratio, OptionalDouble.empty());
  }

  private static TrainArguments arguments(
      int microBatchSize,
      int gradientAccumulationSteps,
      double epochs,
      OptionalLong maxSteps,
      double learningRate,
      OptionalInt warmupSteps,
      OptionalDouble warmupRatio,
      OptionalDouble saveSteps) {
    return arguments(
        microBatchSize,
        gradientAccumulationSteps,
        epochs,
        maxSteps,
        learningRate,
        warmupSteps,
        warmupRatio,
        saveSteps,
        Averaging.NONE,
        OnNan.STOP);
  }

  private static TrainArguments arguments(
      int microBatchSize,
      int gradientAccumulationSteps,
      double epochs,
      OptionalLong maxSteps,
      double learningRate,
      OptionalInt warmupSteps,
      OptionalDouble warmupRatio,
      OptionalDouble saveSteps,
      Averaging averaging,
      OnNan onNan) {
    return arguments(
        microBatchSize,
        gradientAccumulationSteps,
        epochs,
        maxSteps,
        learningRate,
        warmupSteps,
        warmupRatio,
        saveSteps.isPresent() ? OptionalDouble.of(1) : OptionalDouble.empty(),
        saveSteps,
        averaging,
        onNan);
  }

  private static TrainArguments arguments(
      int microBatchSize,
      int gradientAccumulationSteps,
      double epochs,
      OptionalLong maxSteps,
      double learningRate,
      OptionalInt warmupSteps,
      OptionalDouble warmupRatio,
      OptionalDouble evalSteps,
      OptionalDouble saveSteps,
      Averaging averaging,
      OnNan onNan) {
    return new TrainArguments(
        microBatchSize,
        gradientAccumulationSteps,
        epochs,
        maxSteps,
        learningRate,
        LrCurve.CONSTANT,
        warmupSteps,
        warmupRatio,
        OptimizerKind.ADAMW,
        0.01,
        true,
        0.9,
        0.999,
        1e-8,
        LearningRates.EQUAL,
        averaging,
        1,
        onNan,
        7,
        true,
        OptionalDouble.of(1),
        evalSteps,
        saveSteps,
        OptionalInt.empty());
  }

  /** A checkpoint after every step, and an evaluation when asked. */
  public static TrainArguments evaluating(long steps, OptionalDouble evalSteps) {
    return arguments(
        1,
        1,
        1,
        OptionalLong.of(steps),
        1e-3,
        OptionalInt.empty(),
        OptionalDouble.empty(),
        evalSteps,
        OptionalDouble.of(1),
        Averaging.NONE,
        OnNan.STOP);
  }
}
