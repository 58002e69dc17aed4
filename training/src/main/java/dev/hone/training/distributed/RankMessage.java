package dev.hone.training.distributed;

import dev.hone.training.checkpoint.Saved;
import dev.hone.training.model.LossSum;
import dev.hone.training.objective.PairRewards;
import dev.hone.training.trainer.StepMetrics;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/** What a rank tells the driver while it runs. */
public sealed interface RankMessage extends Serializable {

  /**
   * The model is in memory.
   *
   * @param baseWeightBytes memory of the base model's weights
   */
  record Loaded(long baseWeightBytes) implements RankMessage {}

  /** Training goes on from a checkpoint after so many steps. */
  record Resumed(long step, String path) implements RankMessage {}

  /**
   * The ranks have met and agreed.
   *
   * @param machines by rank
   * @param differences what the user should know of them, a line each
   */
  record Met(List<RankMachine> machines, List<String> differences) implements RankMessage {}

  /**
   * A step was not taken.
   *
   * @param rank who does not take it; of ranks that all do not, the first
   */
  record Skipped(long step, int rank, double loss, double gradNorm) implements RankMessage {}

  /**
   * The run ends before the last step of its plan.
   *
   * @param reason a line
   */
  record EndedEarly(long step, String reason) implements RankMessage {}

  /** The steps since the last report. */
  record Metrics(StepMetrics metrics, Instant timestamp) implements RankMessage {}

  /**
   * Training begins.
   *
   * @param optimizerStateBytes {@code optimizer_state_bytes}
   */
  record Started(long optimizerStateBytes) implements RankMessage {}

  /**
   * One result of an evaluation.
   *
   * @param n tokens or rows it is the mean of
   * @param low where its 95 % interval begins; NaN: it has none
   * @param high where it ends
   */
  record Evaluated(
      long step,
      String dataset,
      String name,
      double value,
      long n,
      Instant timestamp,
      double low,
      double high)
      implements RankMessage {

    /** A number without an interval. */
    public Evaluated(
        long step, String dataset, String name, double value, long n, Instant timestamp) {
      this(step, dataset, name, value, n, timestamp, Double.NaN, Double.NaN);
    }
  }

  /**
   * What a reward model says of a text.
   *
   * @param ordinal place of the text among those that it was asked about
   */
  record Rated(int ordinal, double reward) implements RankMessage {}

  /** The loss of each held-out pack in an evaluation, in the order of the packs. */
  record EvaluatedPacks(long step, String dataset, List<LossSum> packs) implements RankMessage {}

  /** The rewards of each held-out pair in an evaluation, in the order of the packs. */
  record EvaluatedPairs(long step, String dataset, PairRewards rewards) implements RankMessage {}

  /** One greedy completion, as {@link dev.hone.formats.tables.GenerationRow} describes it. */
  record Generated(
      long step,
      String dataset,
      long ordinal,
      String prompt,
      String completion,
      String reference,
      boolean exactMatch,
      Instant timestamp)
      implements RankMessage {}

  /**
   * A model has been written.
   *
   * @param best whether it is the best of its run so far
   */
  record Written(Saved saved, boolean best, Instant timestamp) implements RankMessage {}

  /** An older checkpoint has been deleted to make room. */
  record Deleted(String path) implements RankMessage {}
}
