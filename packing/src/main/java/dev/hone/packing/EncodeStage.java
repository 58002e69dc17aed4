package dev.hone.packing;

import static org.apache.spark.sql.functions.expr;

import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.ingest.tables.Progress;
import dev.hone.packing.quality.Filter;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Tokenizes documents in Spark tasks and plans their packs in the same pass. A task takes whole
 * windows, so that a sample never leaves the task that made it.
 *
 * @param datasets how the documents of each dataset are encoded
 * @param rules which lengths are accepted
 * @param split which side a document is on
 * @param strategy how the samples of a window come together
 * @param window what is packed together
 */
record EncodeStage(
    List<PrepDataset> datasets,
    LengthRules rules,
    Split split,
    PackingStrategy strategy,
    PackWindow window)
    implements Serializable {

  /**
   * Encodes documents.
   *
   * @param documents columns of {@code documents}, position and kept_as of {@link
   *     DocumentSources#positioned}, and those of {@link QualityStage#marked}
   * @param first position of the first document; a multiple of the window
   * @param end all positions are below
   * @param tasks that share the work, from {@link #tasks}; the result does not depend on it
   * @param counts what the tasks have done so far, documents as rows
   * @return columns {@link EncodedRows#SCHEMA}; the samples of a pack lie side by side
   */
  Dataset<Row> encode(
      Dataset<Row> documents,
      long first,
      long end,
      Broadcast<ShippedTokenizer> tokenizer,
      int tasks,
      Progress.Counts counts) {
    EncodeStage stage = this;
    MapPartitionsFunction<Row, Row> task =
        rows -> {
          Iterator<Row> counted = counts.counting(rows, row -> false);
          return counted.hasNext() ? stage.encode(counted, tokenizer.value(), counts) : counted;
        };
    return documents
        .select(
            "record_id",
            "dataset",
            "source",
            "source_version",
            "ordinal",
            "position",
            "content_hash",
            "kind",
            "record",
            "kept_as",
            "line",
            "removed_by",
            "removed_message")
        .repartitionById(
            tasks,
            expr(
                "CAST((position - %d) div %d AS INT)"
                    .formatted(first, window.positions() * windowsATask(first, end, tasks))))
        .sortWithinPartitions("position")
        .mapPartitions(task, EncodedRows.encoder());
  }

  /** Tasks that have a window to work on, of so many at most. */
  int tasks(long first, long end, int most) {
    return Math.toIntExact(1 + (windows(first, end) - 1) / windowsATask(first, end, most));
  }

  private long windowsATask(long first, long end, int tasks) {
    return 1 + (windows(first, end) - 1) / tasks;
  }

  private long windows(long first, long end) {
    return 1 + (end - first - 1) / window.positions();
  }

  private Iterator<Row> encode(
      Iterator<Row> rows, ShippedTokenizer shipped, Progress.Counts counts) {
    Tokenizer tokenizer = shipped.open();
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) context -> tokenizer.close());
    SampleMaker maker = new SampleMaker(tokenizer, datasets, rules);
    Iterator<Row> encoded =
        StreamSupport.stream(((Iterable<Row>) () -> rows).spliterator(), false)
            .flatMap(document -> encode(document, maker, counts))
            .iterator();
    return new PlannedSamples(encoded, strategy, rules.sequenceLen(), window);
  }

  private Stream<Row> encode(Row document, SampleMaker maker, Progress.Counts counts) {
    String recordId = document.getString(0);
    String dataset = document.getString(1);
    EncodedRows.Place place =
        new EncodedRows.Place(
            recordId,
            dataset,
            document.getString(2),
            document.getString(3),
            document.getLong(4),
            document.getLong(5),
            split.of(dataset, document.getString(6)),
            (Long) document.get(10));
    if (!document.isNullAt(11)) {
      return Stream.of(
          EncodedRows.refused(
              place,
              new SampleMaker.Refused(0, document.getString(11), document.getString(12)),
              document.getString(8)));
    }
    SampleMaker.Outcome outcome = maker.make(dataset, document.getString(7), document.getString(8));
    String keptAs = document.getString(9);
    if (!keptAs.equals(recordId)) {
      outcome =
          new SampleMaker.Refused(
              outcome.tokens(),
              Filter.DUPLICATE.key(),
              "the record repeats %s; dataset_exact_deduplication keeps the first"
                  .formatted(keptAs));
    }
    counts.tokens().add(outcome.tokens());
    if (outcome instanceof SampleMaker.Made made) {
      return IntStream.range(0, made.fitted().samples().size())
          .mapToObj(piece -> EncodedRows.sample(place, made, piece));
    }
    counts.refused().add(1);
    return Stream.of(
        EncodedRows.refused(place, (SampleMaker.Refused) outcome, document.getString(8)));
  }
}
