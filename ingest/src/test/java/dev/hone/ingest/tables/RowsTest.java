package dev.hone.ingest.tables;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PackRow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class RowsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678901Z");
  private static final Optional<Long> LINE = Optional.of(9L);
  private static final Optional<String> KEY = Optional.of("{\"id\":7}");

  static DocumentRow document(String id, Optional<String> duplicateOf) {
    return new DocumentRow(
        id, "chats", "a.jsonl", "3@1", 7, "hash", "completion", "{}", duplicateOf, NOW, LINE, KEY);
  }

  @Test
  void recordsSurviveSpark() {
    PackRow pack =
        new PackRow(
            "p",
            "train",
            3,
            new int[] {5, 6, 7},
            new float[] {0, 1, 0.5f},
            new int[] {0, 2},
            List.of("a", "b"),
            new int[] {0, 4},
            Optional.of(List.of("chosen", "rejected")),
            3,
            2,
            0.75,
            Optional.of(List.of(0.5, 0.0)));
    Rows<PackRow> rows = Rows.of(PackRow.class);
    Dataset<Row> data =
        TestSpark.session().createDataFrame(List.of(rows.toRow(pack)), rows.schema().struct());
    // Through the executors' encoder too, and with the columns in another order.
    Dataset<Row> mapped =
        data.map(
            (org.apache.spark.api.java.function.MapFunction<Row, Row>)
                row -> Rows.of(PackRow.class).toRow(Rows.of(PackRow.class).fromRow(row)),
            rows.schema().encoder());
    PackRow read =
        rows.collect(
                mapped.selectExpr(
                    "margins",
                    "fill",
                    "trained_tokens",
                    "length",
                    "answers",
                    "pieces",
                    "record_ids",
                    "document_starts",
                    "loss_weights",
                    "input_ids",
                    "pack_id",
                    "split",
                    "prep_id"))
            .get(0);
    assertArrayEquals(pack.inputIds(), read.inputIds());
    assertArrayEquals(pack.lossWeights(), read.lossWeights());
    assertArrayEquals(pack.documentStarts(), read.documentStarts());
    assertEquals(pack.recordIds(), read.recordIds());
    assertEquals(pack.answers(), read.answers());
    assertEquals(pack.margins(), read.margins());
    assertEquals(pack.packId(), read.packId());
    assertEquals(pack.fill(), read.fill());
    assertEquals("train", read.split());
  }

  @Test
  void optionalsAndTimesSurvive() {
    Rows<DocumentRow> rows = Rows.of(DocumentRow.class);
    List<DocumentRow> documents =
        List.of(document("1", Optional.empty()), document("2", Optional.of("1")));
    Dataset<Row> data =
        TestSpark.session()
            .createDataFrame(documents.stream().map(rows::toRow).toList(), rows.schema().struct());
    assertEquals(documents, rows.collect(data));
  }

  @Test
  void javaTimeSessionsReadTheSame() {
    Rows<DocumentRow> rows = Rows.of(DocumentRow.class);
    var session = TestSpark.session().newSession();
    session.conf().set("spark.sql.datetime.java8API.enabled", "true");
    List<DocumentRow> documents = List.of(document("1", Optional.empty()));
    Dataset<Row> data =
        session
            .createDataset(documents.stream().map(rows::toRow).toList(), rows.schema().encoder())
            .toDF();
    assertEquals(documents, rows.collect(data));
  }

  @Test
  void aNullWhereNoneBelongsNamesTheColumn() {
    Rows<DocumentRow> rows = Rows.of(DocumentRow.class);
    Dataset<Row> data =
        TestSpark.session()
            .createDataFrame(
                List.of(rows.toRow(document("1", Optional.empty()))), rows.schema().struct())
            .drop("kind")
            .selectExpr("*", "CAST(NULL AS STRING) AS kind");
    var failure = assertThrows(IllegalArgumentException.class, () -> rows.collect(data));
    assertEquals("column kind of documents is null; it never should be", failure.getMessage());
  }
}
