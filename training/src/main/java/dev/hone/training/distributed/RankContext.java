package dev.hone.training.distributed;

import dev.hone.training.data.PackSource;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;

/**
 * What a rank has to work with.
 *
 * @param train packs to train on, in the order of the table
 * @param heldOut packs of the eval split
 * @param place cores and files of this rank
 * @param sender the way to the driver
 * @param task the Spark task
 */
public record RankContext(
    PackSource train,
    PackSource heldOut,
    Place place,
    Consumer<RankMessage> sender,
    TaskContext task) {

  /** Tells the driver something, without waiting. */
  public void send(RankMessage message) {
    sender.accept(message);
  }

  /** Ends the work here if Spark wants the task to end. */
  public void stopIfAsked() {
    task.killTaskIfInterrupted();
  }
}
