package dev.hone.ingest;

import dev.hone.formats.corpus.ContentHash;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.CorpusReader;
import dev.hone.formats.corpus.Document;
import dev.hone.formats.corpus.DocumentJson;
import dev.hone.formats.corpus.Preference;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.corpus.Unpaired;
import dev.hone.ingest.read.Found;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * What becomes of a record: a document, or a reason for refusing it. One row either way, so that
 * nothing can be lost between the two.
 *
 * @param dataset name of the dataset
 * @param reader how its rows are read
 */
record Outcomes(String dataset, CorpusReader reader) implements Serializable {
  private static final String NO_KEY = "missing_row_key";

  /**
   * Null in {@code reason} means accepted; null in {@code record} means refused. {@code repairs}
   * are reason codes with commas between them.
   */
  static final StructType SCHEMA =
      StructType.fromDDL(
          """
          record_id STRING NOT NULL, source STRING NOT NULL, source_version STRING NOT NULL,
          ordinal BIGINT NOT NULL, line BIGINT, content_hash STRING, kind STRING, record STRING, turns INT, repairs STRING,
          reason STRING, message STRING, raw STRING, row_key STRING""");

  static Outcomes of(DatasetSource dataset) {
    return new Outcomes(dataset.name(), dataset.reader());
  }

  Row of(SourceFile source, Found found) {
    if (found instanceof Found.Item item) {
      return of(source, item, null);
    }
    Found.Broken broken = (Found.Broken) found;
    return refused(source, broken, null, broken.reason(), broken.message(), broken.raw());
  }

  /** A row of a followed table: without a key nobody could tell later that it was changed. */
  Row ofFollowed(SourceFile source, Found.Item item, String rowKey) {
    return rowKey == null
        ? refused(
            source,
            item,
            null,
            NO_KEY,
            "a column that row_key names is null, so a later change of the row could not be followed; give it a value",
            item.json().toString())
        : of(source, item, rowKey);
  }

  /**
   * A row of a table.
   *
   * @param rowKey column {@code row_key}; null: none
   */
  Row of(SourceFile source, Found.Item item, String rowKey) {
    try {
      CorpusReader.Accepted accepted = reader.read(item.json());
      Document document = accepted.document();
      String record = DocumentJson.write(document);
      return row(
          source,
          item,
          rowKey,
          ContentHash.ofJson(record),
          document.kind(),
          record,
          turns(document),
          String.join(",", accepted.repairs()),
          null,
          null,
          null);
    } catch (RefusedRecord e) {
      return refused(source, item, rowKey, e.reason(), e.getMessage(), item.json().toString());
    }
  }

  /** Messages of a conversation, of the better answer's in a pair; 1 for any other document. */
  private static int turns(Document document) {
    if (document instanceof Preference preference) {
      return turns(preference.chosen());
    }
    if (document instanceof Unpaired unpaired) {
      return turns(unpaired.completion());
    }
    return document instanceof Conversation conversation ? conversation.messages().size() : 1;
  }

  private Row refused(
      SourceFile source, Found found, String rowKey, String reason, String message, String raw) {
    return row(source, found, rowKey, null, null, null, null, null, reason, message, raw);
  }

  private Row row(SourceFile source, Found found, String rowKey, Object... rest) {
    Object[] values = new Object[SCHEMA.size()];
    values[0] = RecordIds.of(dataset, source.name(), source.version(), found.ordinal());
    values[1] = source.source();
    values[2] = source.version();
    values[3] = found.ordinal();
    values[4] = found.line();
    System.arraycopy(rest, 0, values, 5, rest.length);
    values[values.length - 1] = rowKey;
    return RowFactory.create(values);
  }
}
