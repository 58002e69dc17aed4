package dev.hone.training.distributed;

import dev.hone.training.data.PackSource;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;

/**
 * What a rank has to work with.
 *
 * @param train packs to train on, in the order of the table
 * @param heldOut packs of the eval split
 * @param threads cores of this rank
 * @param directory a temporary directory of this rank, deleted when its work ends
 * @param hadoop how to reach file systems, as the driver is set up
 * @param sender the way to the driver
 * @param task the Spark task
 */
public record RankContext(
    PackSource train,
    PackSource heldOut,
    int threads,
    Path directory,
    Configuration hadoop,
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
