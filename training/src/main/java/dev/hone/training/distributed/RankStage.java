package dev.hone.training.distributed;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
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
import org.apache.spark.util.Utils;
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

  /** JavaCPP's, read once: when its first class is loaded. */
  private static final List<String> NATIVE_LIMITS =
      List.of("org.bytedeco.javacpp.maxBytes", "org.bytedeco.javacpp.maxPhysicalBytes");

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
              localThreads(context),
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

  /**
   * In a local session the rank has the machine to itself, and takes it all with one of the slots,
   * which leaves the others to the commits of its own metrics. On a cluster it has {@code
   * spark.task.cpus}.
   *
   * @return 0 on a cluster
   */
  private static int localThreads(SparkContext context) {
    return context.isLocal() && !context.conf().contains("spark.task.cpus")
        ? Runtime.getRuntime().availableProcessors()
        : 0;
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
        // Spark's own scratch space: as large as the administrator made it, and cleared by Spark if
        // this process is killed.
        Path scratch = Path.of(Utils.getLocalDir(SparkEnv.get().conf()));
        Path directory = Files.createTempDirectory(scratch, "hone-rank");
        try {
          work(rows, directory);
          return new Outcome.Done();
        } finally {
          delete(directory);
        }
      } catch (TaskKilledException e) {
        throw e;
      } catch (Throwable e) {
        // Spark interrupts a task that it wants to end, which may surface as any exception.
        TaskContext.get().killTaskIfInterrupted();
        return Outcome.of(e);
      }
    }

    private void work(Iterator<InternalRow> rows, Path directory) throws Exception {
      // Weights and activations are native memory, which JavaCPP would limit to the size of a heap
      // that was chosen for rows.
      NATIVE_LIMITS.forEach(limit -> System.getProperties().putIfAbsent(limit, "0"));
      TaskContext task = TaskContext.get();
      Mailbox.Sender sender = new Mailbox.Sender(mailbox);
      try (PackSpill.Files packs = PackSpill.write(rows, directory)) {
        work.run(
            new RankContext(
                packs.train(),
                packs.heldOut(),
                localThreads > 0 ? localThreads : task.cpus(),
                directory,
                hadoop.value(),
                sender::send,
                task));
      } finally {
        sender.flush();
      }
    }

    private static void delete(Path directory) throws IOException {
      try (Stream<Path> walk = Files.walk(directory)) {
        for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
