package dev.hone.training.distributed;

import dev.hone.formats.HoneException;
import dev.hone.training.collective.Collective;
import dev.hone.training.collective.LostRankException;
import dev.hone.training.data.PackSets;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.shuffle.FetchFailedException;
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
 * Runs work on ranks: the tasks of one Spark barrier stage, which start together or not at all.
 *
 * <p>A shuffle follows the stage, because Spark repeats a barrier stage that has lost an executor
 * only if it is not the last one of its job. It is repeated too if a rank is silent for too long:
 * then the others fail, and Spark ends it with them.
 */
public final class RankStage {
  private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);

  private RankStage() {}

  /**
   * Finds out before the data is prepared that ranks could not start.
   *
   * @param ranks how many
   * @throws HoneException if the session has a setting that Spark refuses to start them with
   */
  public static void requireStartable(SparkSession spark, int ranks) {
    SparkContext context = spark.sparkContext();
    int cpus = context.conf().getInt("spark.task.cpus", 1);
    if (context.isLocal() && ranks * cpus > context.defaultParallelism()) {
      throw new HoneException(
          "workers is %d, and this Spark session runs %d tasks of %d cores at once (%s), so that they would wait for each other for ever; set workers: %d, or --conf spark.master=local[%d]"
              .formatted(
                  ranks,
                  context.defaultParallelism() / cpus,
                  cpus,
                  context.master(),
                  Math.max(1, context.defaultParallelism() / cpus),
                  ranks * cpus));
    }
    if (!spark.sparkContext().isLocal()
        && spark.sparkContext().conf().getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new HoneException(
          "spark.dynamicAllocation.enabled is true, and Spark then starts no barrier stage, which training is; add --conf spark.dynamicAllocation.enabled=false, and say the number of executors");
    }
    Gpu.ofBuild().ifPresent(gpu -> gpu.requireAllotted(context.isLocal(), context.conf()));
  }

  /** Runs the work on one rank and waits for it. */
  public static void run(
      SparkSession spark,
      String description,
      Dataset<Row> packs,
      RankWork work,
      Consumer<RankMessage> receiver) {
    run(spark, description, packs, RankTeam.ALONE, work, receiver);
  }

  /** The same with work that nobody asks to stop. */
  public static void run(
      SparkSession spark,
      String description,
      Dataset<Row> packs,
      RankTeam team,
      RankWork work,
      Consumer<RankMessage> receiver) {
    run(spark, description, packs, team, work, receiver, () -> false);
  }

  /**
   * Runs the work and waits for it.
   *
   * @param description what the Spark UI shows
   * @param packs rows of the packs table: those of one preparation
   * @param team the ranks
   * @param work what each rank does
   * @param receiver is given the first rank's messages while it runs, on a thread of Spark's; must
   *     not block for long and must not throw
   * @param stop whether work that can end at a checkpoint is to; called as the receiver
   * @throws RunStoppedException if the work did, be it because of that, or because an executor is
   *     decommissioned or terminated
   * @throws HoneException if the work throws one, with the same message, or if Spark cannot run it
   */
  public static void run(
      SparkSession spark,
      String description,
      Dataset<Row> packs,
      RankTeam team,
      RankWork work,
      Consumer<RankMessage> receiver,
      BooleanSupplier stop) {
    run(spark, description, packs, team, Gpu.ofBuild(), work, receiver, stop);
  }

  /**
   * @param gpu of each rank
   */
  static void run(
      SparkSession spark,
      String description,
      Dataset<Row> packs,
      RankTeam team,
      Optional<Gpu> gpu,
      RankWork work,
      Consumer<RankMessage> receiver,
      BooleanSupplier stop) {
    SparkContext context = spark.sparkContext();
    try (Mailbox mailbox =
        Mailbox.open(receiver, executor -> stop.getAsBoolean() || isLeaving(context, executor))) {
      Task task =
          new Task(
              work,
              RankMeeting.of(team, description, context.conf()),
              mailbox.name(),
              gpu.orElse(null),
              context.isLocal(),
              TaskFolder.localThreads(context, team.size()),
              new SerializableConfiguration(spark.sessionState().newHadoopConf()));
      context.setJobDescription(description);
      // Ranks that wait for one that is gone hear that Spark has ended their attempt.
      context.setInterruptOnCancel(true);
      RDD<InternalRow> rows = partitions(PackSpill.inOrder(packs, team.size()), team, context);
      RDD<InternalRow> onDevices = gpu.map(found -> found.of(rows, context)).orElse(rows);
      RDD<byte[]> results = onDevices.barrier().mapPartitions(task, false, BYTES);
      List<byte[]> outcomes = results.toJavaRDD().repartition(1).collect();
      if (outcomes.size() != team.size()) {
        throw new IllegalStateException(
            team.size() + " ranks were to run, and " + outcomes.size() + " did");
      }
      Outcome.orThrow(outcomes.stream().map(bytes -> Wire.object(bytes, Outcome.class)).toList());
    } catch (Exception e) {
      if (e instanceof SparkException) {
        throw failure(description, e);
      }
      throw e;
    } finally {
      context.setInterruptOnCancel(false);
      context.setJobDescription(null);
    }
  }

  /** Spark has been told that the executor will be gone, and starts nothing there any more. */
  private static boolean isLeaving(SparkContext context, String executor) {
    return context.taskScheduler().getExecutorDecommissionState(executor).isDefined();
  }

  /** Only a stage that was repeated too often is worth another job. */
  private static HoneException failure(String description, Exception e) {
    String reason = firstLine(e);
    if (reason.contains("SPARK-24819")) {
      return new HoneException(
          "'%s' needs more tasks at once than the session has slots for; set workers to the number of executors, or start more of them: %s"
              .formatted(description, reason),
          e);
    }
    if (reason.contains("cancelled")) {
      return new HoneException("'%s' was cancelled: %s".formatted(description, reason), e);
    }
    return new StageLostException(
        "Spark could not finish '%s': %s; see the log of the executor for the reason, often its memory"
            .formatted(description, reason),
        e);
  }

  /** Spark makes no partition, and so no task, of a query that it sees to be empty. */
  private static RDD<InternalRow> partitions(
      Dataset<Row> packs, RankTeam team, SparkContext context) {
    RDD<InternalRow> rows = packs.queryExecution().toRdd();
    return rows.getNumPartitions() == team.size()
        ? rows
        : new JavaSparkContext(context).<InternalRow>parallelize(List.of(), team.size()).rdd();
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }

  /**
   * The task of one rank.
   *
   * @param gpu that it asks for; may be null
   */
  private record Task(
      RankWork work,
      RankMeeting meeting,
      String mailbox,
      Gpu gpu,
      boolean local,
      int localThreads,
      SerializableConfiguration hadoop)
      implements Function1<Iterator<InternalRow>, Iterator<byte[]>>, Serializable {

    @Override
    public Iterator<byte[]> apply(Iterator<InternalRow> rows) {
      Outcome outcome = outcome(rows);
      return CollectionConverters.asScala(List.of(Wire.bytes(outcome)).iterator());
    }

    private Outcome outcome(Iterator<InternalRow> rows) {
      TaskContext task = TaskContext.get();
      Mailbox.Sender sender = new Mailbox.Sender(mailbox);
      try (Collective ranks = meeting.meet()) {
        work(rows, ranks, sender);
        return new Outcome.Done();
      } catch (LostRankException e) {
        task.killTaskIfInterrupted();
        if (sender.flush()) {
          return Outcome.of(e);
        }
        throw e; // Nobody has said why: Spark repeats the stage.
      } catch (TaskKilledException e) {
        throw e;
      } catch (FetchFailedException e) {
        throw Task.<RuntimeException>undeclared(e); // Spark makes again what is lost.
      } catch (Throwable e) {
        // Spark interrupts a task that it wants to end, which may surface as any exception.
        task.killTaskIfInterrupted();
        return Outcome.of(e);
      }
    }

    /** As Scala, in which a function may throw anything. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> E undeclared(Exception e) throws E {
      throw (E) e;
    }

    /** What fails here fails before the others can miss this rank. */
    private void work(Iterator<InternalRow> rows, Collective ranks, Mailbox.Sender sender)
        throws Exception {
      TaskContext task = TaskContext.get();
      if (gpu != null) {
        gpu.use(task, local);
      }
      try (TaskFolder folder = TaskFolder.create("hone-rank");
          PackSpill.Files packs = PackSpill.write(rows, folder.path());
          StopNotice stop = StopNotice.listen(sender, meeting.team().timeout())) {
        Place place = new Place(TaskFolder.threads(localThreads), folder.path(), hadoop.value());
        work.run(
            new RankContext(
                packs.train(),
                new PackSets(packs.heldOut(), packs.sets()),
                ranks,
                place,
                sender::send,
                stop::isAsked,
                task));
      } catch (LostRankException
          | RunStoppedException
          | TaskKilledException
          | FetchFailedException e) {
        throw e;
      } catch (Throwable e) {
        task.killTaskIfInterrupted();
        sender.announceFailure();
        throw e;
      } finally {
        sender.flush();
      }
    }
  }
}
