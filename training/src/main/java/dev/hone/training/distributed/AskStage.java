package dev.hone.training.distributed;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Task;
import dev.hone.formats.tables.PackRow;
import dev.hone.ingest.tables.Failures;
import dev.hone.ingest.tables.RowEncoders;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.data.PackedRow;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.Room;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Asks a model about packs, on all executors at once: an ordinary Spark job, each task of which
 * loads the model and goes through its share. A task that is lost is done again, and the answers
 * are committed together at the end.
 */
final class AskStage {
  private AskStage() {}

  /**
   * What is asked of a pack.
   *
   * @param <R> record of the table that answers go to
   */
  interface Question<R extends Record> extends Serializable {
    /** The answers of a model, not trained, to one pack. */
    List<R> ask(CausalLm model, Asked asked);
  }

  /**
   * A pack that is asked about.
   *
   * @param columns all there are of it
   */
  record Asked(PackRow pack, Row columns) {
    /** As a pass takes it. */
    PackedRow row() {
      return PackSpill.row(pack);
    }
  }

  /**
   * Asks, and appends the answers to their table.
   *
   * @param description what the Spark UI shows
   * @param packs rows of the packs table, at least one
   * @throws HoneException if the model cannot be loaded
   */
  static <R extends Record> void run(
      Warehouse warehouse,
      String description,
      Dataset<Row> packs,
      ModelSource model,
      Class<R> table,
      Question<R> question) {
    SparkContext context = warehouse.spark().sparkContext();
    int longest = packs.agg(functions.max("length")).head().getInt(0);
    Share<R> share =
        new Share<>(
            model.portable(),
            table,
            question,
            longest,
            TaskFolder.localThreads(context, 1),
            new SerializableConfiguration(warehouse.spark().sessionState().newHadoopConf()));
    context.setJobDescription(description);
    try {
      warehouse.append(
          table,
          packs
              .repartition(tasks(context))
              .mapPartitions(share, RowEncoders.of(warehouse.schema(table).struct())));
    } catch (Exception e) {
      if (e instanceof SparkException) { // which Scala throws without saying so
        throw failure(description, e);
      }
      throw e;
    } finally {
      context.setJobDescription(null);
    }
  }

  /** What a task could say to a person is said as it is. */
  private static HoneException failure(String description, Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof HoneException) {
        return new HoneException(cause.getMessage(), e);
      }
    }
    return new HoneException(
        "Spark could not finish '%s': %s; see the log of the executor for the reason, often its memory"
            .formatted(description, Failures.firstLine(e)),
        e);
  }

  /** One in a local session, which takes all cores; else one for each slot of the cluster. */
  private static int tasks(SparkContext context) {
    int cpus = context.conf().getInt("spark.task.cpus", 1);
    return TaskFolder.localThreads(context, 1) > 0
        ? 1
        : Math.max(1, context.defaultParallelism() / cpus);
  }

  private record Share<R extends Record>(
      ModelSource.Portable source,
      Class<R> table,
      Question<R> question,
      int longest,
      int localThreads,
      SerializableConfiguration hadoop)
      implements MapPartitionsFunction<Row, Row> {

    @Override
    public Iterator<Row> call(Iterator<Row> packs) throws IOException {
      if (!packs.hasNext()) {
        return packs;
      }
      TaskFolder folder = TaskFolder.create("hone-ask");
      TaskContext.get().addTaskCompletionListener(new Ended(folder));
      Place place = new Place(TaskFolder.threads(localThreads), folder.path(), hadoop.value());
      ModelDirectory directory = source.open(place, Task.CAUSAL_LM);
      CausalLm model = source.load(directory, place, source.kernels(place), Room.whole(longest), 0);
      Rows<PackRow> read = Rows.of(PackRow.class);
      Rows<R> written = Rows.of(table);
      return rows(packs)
          .map(columns -> new Asked(read.fromRow(columns), columns))
          .flatMap(asked -> question.ask(model, asked).stream())
          .map(written::toRow)
          .iterator();
    }

    private static Stream<Row> rows(Iterator<Row> packs) {
      Iterable<Row> once = () -> packs;
      return StreamSupport.stream(once.spliterator(), false);
    }
  }

  /**
   * Answers are read from the task as they are made, so the folder goes when the task has ended.
   */
  private record Ended(TaskFolder folder) implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext context) {
      try {
        folder.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
