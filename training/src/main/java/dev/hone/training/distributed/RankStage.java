package dev.hone.training.distributed;

import dev.hone.formats.HoneException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.SerializableConfiguration;
import scala.Function1;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Runs work on ranks: the tasks of one Spark barrier stage, which start together or not at all. One
 * rank in this version.
 *
 * <p>A shuffle follows the stage, because Spark repeats a barrier stage that has lost an executor
 * only if it is not the last one of its job.
 */
public final class RankStage {
  private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);

  private RankStage() {}

  /**
   * Finds out before the data is prepared that ranks could not start.
   *
   * @throws HoneException if the session has a setting that Spark refuses to start them with
   */
  public static void requireStartable(SparkSession spark) {
    if (!spark.sparkContext().isLocal()
        && spark.sparkContext().conf().getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new HoneException(
          "spark.dynamicAllocation.enabled is true, and Spark then starts no barrier stage, which training is; add --conf spark.dynamicAllocation.enabled=false, and say the number of executors");
    }
  }

  /**
   * Runs the work and waits for it.
   *
   * @param description what the Spark UI shows
   * @param packs rows of the packs table: those of one preparation
   * @param work what the rank does
   * @param receiver is given the rank's messages while it runs, on a thread of Spark's; must not
   *     block for long and must not throw
   * @throws HoneException if the work throws one, with the same message, or if Spark cannot run it
   */
  public static void run(
      SparkSession spark,
      String description,
      Dataset<Row> packs,
      RankWork work,
      Consumer<RankMessage> receiver) {
    SparkContext context = spark.sparkContext();
    try (Mailbox mailbox = Mailbox.open(receiver)) {
      Task task =
          new Task(
              work,
              mailbox.name(),
              TaskFolder.localThreads(context),
              new SerializableConfiguration(spark.sessionState().newHadoopConf()));
      context.setJobDescription(description);
      RDD<InternalRow> rows = onePartition(PackSpill.inOrder(packs), context);
      RDD<byte[]> results = rows.barrier().mapPartitions(task, false, BYTES);
      List<byte[]> outcomes = results.toJavaRDD().repartition(1).collect();
      if (outcomes.size() != 1) {
        throw new IllegalStateException("one rank was to run, and " + outcomes.size() + " did");
      }
      outcomes.forEach(bytes -> Wire.object(bytes, Outcome.class).orThrow());
    } catch (Exception e) {
      if (e instanceof SparkException) {
        throw new HoneException(
            "Spark could not finish '%s': %s; see the log of the executor for the reason, often its memory"
                .formatted(description, firstLine(e)),
            e);
      }
      throw e;
    } finally {
      context.setJobDescription(null);
    }
  }

  /** Spark makes no partition, and so no task, of a query that it sees to be empty. */
  private static RDD<InternalRow> onePartition(Dataset<Row> packs, SparkContext context) {
    RDD<InternalRow> rows = packs.queryExecution().toRdd();
    return rows.getNumPartitions() > 0
        ? rows
        : new JavaSparkContext(context).<InternalRow>parallelize(List.of(), 1).rdd();
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }

  /** The task of one rank. */
  private record Task(
      RankWork work, String mailbox, int localThreads, SerializableConfiguration hadoop)
      implements Function1<Iterator<InternalRow>, Iterator<byte[]>>, Serializable {

    @Override
    public Iterator<byte[]> apply(Iterator<InternalRow> rows) {
      Outcome outcome = outcome(rows);
      return CollectionConverters.asScala(List.of(Wire.bytes(outcome)).iterator());
    }

    private Outcome outcome(Iterator<InternalRow> rows) {
      try {
        try (TaskFolder folder = TaskFolder.create("hone-rank")) {
          work(rows, folder.path());
        }
        return new Outcome.Done();
      } catch (TaskKilledException e) {
        throw e;
      } catch (Throwable e) {
        // Spark interrupts a task that it wants to end, which may surface as any exception.
        TaskContext.get().killTaskIfInterrupted();
        return Outcome.of(e);
      }
    }

    private void work(Iterator<InternalRow> rows, Path directory) throws Exception {
      TaskContext task = TaskContext.get();
      Mailbox.Sender sender = new Mailbox.Sender(mailbox);
      try (PackSpill.Files packs = PackSpill.write(rows, directory)) {
        work.run(
            new RankContext(
                packs.train(),
                packs.heldOut(),
                new Place(TaskFolder.threads(localThreads), directory, hadoop.value()),
                sender::send,
                task));
      } finally {
        sender.flush();
      }
    }
  }
}
