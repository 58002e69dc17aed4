package dev.hone.training.distributed;

import dev.hone.training.collective.Collective;
import dev.hone.training.data.PackSets;
import dev.hone.training.data.PackSource;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;

/**
 * What a rank has to work with.
 *
 * @param train packs to train on, in the order of the table
 * @param heldOut packs of the eval split, and whose documents they are; only the first rank has any
 * @param ranks the others
 * @param place cores and files of this rank
 * @param sender the way to the driver
 * @param stop whether the run is to end at a checkpoint
 * @param task the Spark task
 */
public record RankContext(
    PackSource train,
    PackSets heldOut,
    Collective ranks,
    Place place,
    Consumer<RankMessage> sender,
    BooleanSupplier stop,
    TaskContext task) {

  /** Whether this is the rank that measures, saves and speaks for all. */
  public boolean isFirst() {
    return ranks.rank() == 0;
  }

  /**
   * Tokens of the longest held-out pack, on every rank: passes are cut by the room that there is,
   * and have to be the same on all. Called on all ranks.
   */
  public int longestHeldOut() {
    return (int) ranks.sums(heldOut.packs().longest())[0];
  }

  /**
   * Tells the driver something, without waiting. Of the ranks, who say the same, the first does.
   */
  public void send(RankMessage message) {
    if (isFirst()) {
      sender.accept(message);
    }
  }

  /** Ends the work here if Spark wants the task to end. */
  public void stopIfAsked() {
    task.killTaskIfInterrupted();
  }
}
