package dev.hone.ingest;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.tables.Failures;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The documents of a dataset as {@link IngestJob} would accept them, in the order of their sources
 * and read no further than they are asked for. No table of the warehouse is read or written, and
 * none needs to be there. Ids of documents of a query are of this look alone.
 */
public final class Glance {
  private static final int FIRST_LOOK = 64;
  private static final int GROWTH = 8;

  private Glance() {}

  /**
   * Looks at a dataset.
   *
   * @param refused is told of every record on the way that ingest would refuse
   * @throws HoneException if path, type or keys are wrong; and, from the iterator, if a source
   *     cannot be read
   */
  public static Iterable<DocumentRow> at(
      SparkSession spark, DatasetSource dataset, Consumer<QuarantineRow> refused) {
    FoundDataset found = FoundDataset.find(spark, dataset, spark.sessionState().newHadoopConf());
    return () -> new Documents(found, refused);
  }

  private static int column(String name) {
    return Outcomes.SCHEMA.fieldIndex(name);
  }

  /** Takes the outcomes source by source, more of them each time. */
  private static final class Documents implements Iterator<DocumentRow> {
    private final FoundDataset found;
    private final Consumer<QuarantineRow> refused;
    private final Instant now = Instant.now();
    private final Iterator<IntFunction<List<Row>>> sources;
    private IntFunction<List<Row>> source;
    private List<Row> looked = List.of();
    private int position;
    private boolean exhausted = true;
    private DocumentRow next;

    Documents(FoundDataset found, Consumer<QuarantineRow> refused) {
      this.found = found;
      this.refused = refused;
      this.sources = found.firstOutcomes().iterator();
    }

    @Override
    public boolean hasNext() {
      while (next == null && more()) {
        Row row = looked.get(position++);
        if (row.isNullAt(column("reason"))) {
          next = document(row);
        } else {
          refused.accept(refusal(row));
        }
      }
      return next != null;
    }

    @Override
    public DocumentRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      DocumentRow document = next;
      next = null;
      return document;
    }

    /** Whether there is a row at the position; reads on for it. */
    private boolean more() {
      while (position == looked.size()) {
        if (!exhausted) {
          look(looked.size() * GROWTH);
        } else if (sources.hasNext()) {
          source = sources.next();
          position = 0;
          look(FIRST_LOOK);
        } else {
          return false;
        }
      }
      return true;
    }

    private void look(int rows) {
      try {
        looked = source.apply(rows);
      } catch (Exception e) {
        throw new HoneException(
            "dataset %s: path '%s' cannot be read: %s; correct it"
                .formatted(found.dataset().name(), found.dataset().path(), Failures.firstLine(e)),
            e);
      }
      exhausted = looked.size() < rows;
    }

    private DocumentRow document(Row row) {
      return new DocumentRow(
          row.getString(column("record_id")),
          found.dataset().name(),
          row.getString(column("source")),
          row.getString(column("source_version")),
          row.getLong(column("ordinal")),
          row.getString(column("content_hash")),
          row.getString(column("kind")),
          row.getString(column("record")),
          Optional.empty(),
          now,
          line(row),
          rowKey(row));
    }

    private static Optional<Long> line(Row row) {
      return Optional.ofNullable((Long) row.get(column("line")));
    }

    private static Optional<String> rowKey(Row row) {
      return Optional.ofNullable(row.getString(column("row_key")));
    }

    private QuarantineRow refusal(Row row) {
      return new QuarantineRow(
          row.getString(column("record_id")),
          found.dataset().name(),
          row.getString(column("source")),
          row.getString(column("source_version")),
          row.getLong(column("ordinal")),
          "ingest",
          Optional.empty(),
          row.getString(column("reason")),
          row.getString(column("message")),
          row.getString(column("raw")),
          now,
          line(row),
          rowKey(row));
    }
  }
}
