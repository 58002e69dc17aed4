package dev.hone.training.distributed;

import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.RankRow;
import dev.hone.training.trainer.StepMetrics;
import java.time.Duration;
import java.util.List;

/** Told of a run's progress while it goes on, on one thread of the driver's. */
public interface RunObserver {

  /**
   * What a reference model or a teacher says is taken from its table.
   *
   * @param model where the other model lies
   * @param missing packs that it has to be asked about first
   */
  default void onAsked(String model, long missing) {}

  /**
   * The ranks have met, and agreed what they compute with.
   *
   * @param machines by rank
   */
  default void onRanks(List<RankMachine> machines) {}

  /** What each rank did, with every {@link #onMetrics}, before it. */
  default void onRankSteps(List<RankRow> ranks) {}

  /** A rank keeps the others waiting, or does no more; {@link #onWarning} is told it too. */
  default void onStraggler(Straggler straggler) {}

  /** Something that slows the run down or makes it hard to repeat; one line, which is logged. */
  default void onWarning(String line) {}

  /**
   * The model has been loaded.
   *
   * @param baseWeightBytes memory of the base model's weights, as blocks where they are quantized
   */
  default void onLoaded(long baseWeightBytes) {}

  /**
   * The first step follows.
   *
   * @param optimizerStateBytes of the first rank
   */
  default void onStarted(long optimizerStateBytes) {}

  /**
   * Whether a training is to end at a checkpoint after the step that it is in; asked on another
   * thread than the rest, and must answer at once. {@link TrainStage} then throws {@link
   * RunStoppedException}.
   */
  default boolean isStopAsked() {
    return false;
  }

  /**
   * Training goes on from a checkpoint.
   *
   * @param step steps done
   * @param path of the checkpoint
   */
  default void onResumed(long step, String path) {}

  /**
   * A step was not taken, as its loss or its gradient is not finite.
   *
   * @param rank whose step it is; the first, if ranks take every step together
   */
  default void onSkipped(long step, int rank, double loss, double gradNorm) {}

  /**
   * The run ends before the last step of its plan, as nothing gets better.
   *
   * @param step steps done
   * @param reason a line
   */
  default void onEndedEarly(long step, long totalSteps, String reason) {}

  /**
   * Every {@code logging_steps}.
   *
   * @param totalSteps steps of the whole run
   * @param remaining what the rest takes if its steps take as long as these did
   */
  default void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {}

  /** One result of an evaluation. */
  default void onEvaluation(EvalRow row) {}

  /** One greedy completion. */
  default void onGeneration(GenerationRow row) {}

  /** A model or a checkpoint has been written. */
  default void onCheckpoint(CheckpointRow row) {}

  /** An older checkpoint has been deleted to make room. */
  default void onDeleted(String path) {}
}
