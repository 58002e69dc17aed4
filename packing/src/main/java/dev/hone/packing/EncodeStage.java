package dev.hone.packing;

import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.ingest.tables.Placement;
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
 * @param packing how the samples of a window come together
 * @param window what is packed together
 * @param planned whether packs are planned here; otherwise {@link MixStage} does so
 */
record EncodeStage(
    List<PrepDataset> datasets,
    LengthRules rules,
    Split split,
    PackRules packing,
    PackWindow window,
    boolean planned)
    implements Serializable {

  /**
   * Encodes documents.
   *
   * @param documents columns of {@code documents}, position and kept_as of {@link
   *     DocumentSources#positioned}, and those of {@link QualityStage#marked}
   * @param first position of the first document; a multiple of the window
   * @param end all positions are below
   * @param tasks that share the work, from {@link PackWindow#tasks}; the result does not depend on
   *     it
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
    Dataset<Row> read =
        documents.select(
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
            "removed_message");
    return Placement.byId(read, tasks, window.task(first, end, tasks))
        .sortWithinPartitions("position")
        .mapPartitions(task, EncodedRows.encoder());
  }

  private Iterator<Row> encode(
      Iterator<Row> rows, ShippedTokenizer shipped, Progress.Counts counts) {
    Tokenizer tokenizer = shipped.open();
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) context -> tokenizer.close());
    SampleMaker maker = new SampleMaker(tokenizer, datasets, rules, packing.examples());
    Iterator<Row> encoded =
        StreamSupport.stream(((Iterable<Row>) () -> rows).spliterator(), false)
            .flatMap(document -> encode(document, maker, counts))
            .iterator();
    return planned ? new PlannedSamples(encoded, packing, window) : encoded;
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
