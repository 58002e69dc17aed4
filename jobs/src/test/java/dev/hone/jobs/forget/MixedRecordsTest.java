package dev.hone.jobs.forget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Rows;
import dev.hone.jobs.Hone;
import dev.hone.jobs.PackColumns;
import dev.hone.jobs.PackExport;
import dev.hone.packing.PrepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record that a mix repeats: every copy leads to its line, is exported, and is forgotten. */
@Tag("slow")
class MixedRecordsTest {
  @TempDir private Path folder;
  private ForgetFixture fixture;
  private SparkSession spark;

  @Test
  void everyCopyIsTracedExportedAndForgotten() throws IOException {
    spark = LocalSpark.session(2, Map.of());
    fixture = new ForgetFixture(spark, folder);
    writeCorpus();
    PrepReport report = fixture.prepare();
    String prepId = report.prep().prepId();
    String secretId =
        fixture
            .warehouse()
            .read(DocumentRow.class)
            .where(ForgetFixture.BY_TEXT)
            .select("record_id")
            .head()
            .getString(0);
    assertEquals(List.of(6L, 6L), List.of(mixed(prepId, "big"), mixed(prepId, "small")));

    assertEquals(
        List.of("small 2", "small 2", "small 2"), linesOf(secretId), "three copies, one line");

    PackExport.Split exported =
        PackExport.run(
                fixture.warehouse(),
                prepId,
                PackExport.Layout.PARQUET,
                folder.resolve("export").toString(),
                List.of(PackColumns.INPUT_IDS, PackColumns.SEQ_LENGTHS),
                notice -> {})
            .get(0);
    assertEquals(report.prep().tokens(), exported.tokens());
    assertEquals(
        12L,
        spark
            .read()
            .parquet(folder.resolve("export/train").toString())
            .selectExpr("sum(size(seq_lengths))")
            .head()
            .getLong(0));

    ForgetReport forgotten = fixture.forget(List.of(ForgetFixture.BY_TEXT), false, false);
    assertEquals(1, forgotten.documents());
    assertEquals(3, forgotten.packs().samples());
    assertEquals(0, fixture.count(SampleRow.class, "record_id = '" + secretId + "'"));
    assertEquals(List.of(), linesOf(secretId));
    assertEquals(List.of(6L, 3L), List.of(mixed(prepId, "big"), mixed(prepId, "small")));
    assertEquals(9L, fixture.count(SampleRow.class, "prep_id = '" + prepId + "'"));
    PrepReport again = fixture.prepare();
    assertTrue(again.reused());
    assertEquals(9, again.prep().samples());
    assertEquals(7, again.prep().documents());
    assertTrue(again.mix().get(1).contains("small has 2 rows; at weight 1.0 it gives 3 "));
  }

  private void writeCorpus() throws IOException {
    Files.write(
        folder.resolve("big.jsonl"),
        IntStream.range(0, 6)
            .mapToObj(i -> "{\"text\": \"Line %d of six.\"}".formatted(i))
            .toList());
    Files.write(
        folder.resolve("small.jsonl"),
        List.of("{\"text\": \"Nothing to hide.\"}", ForgetFixture.secret("is here")));
    Files.writeString(
        folder.resolve("config.yaml"),
        """
        base_model: %1$s
        datasets:
          - {path: %2$s/big.jsonl, type: completion}
          - {path: %2$s/small.jsonl, type: completion}
        mix_strategy: interleave_over
        interleave_probs: 1,1
        sequence_len: 64
        sample_packing: true
        learning_rate: 1e-3
        max_steps: 1
        output_dir: %2$s/out
        warehouse: %2$s/warehouse
        """
            .formatted(
                Path.of(
                    System.getProperty("hone.repository"),
                    "training/src/test/resources/parity/llama/model"),
                folder));
  }

  /** Dataset and line to which the query of docs/tables.md leads from every copy of a record. */
  private List<String> linesOf(String recordId) throws IOException {
    String page =
        Files.readString(Path.of(System.getProperty("hone.repository"), "docs/tables.md"));
    int begin = page.indexOf("```sql\nSELECT d.dataset, d.source, d.line") + "```sql\n".length();
    String query = page.substring(begin, page.indexOf("```", begin));
    List<String> lines = new ArrayList<>();
    for (PackRow pack : Rows.of(PackRow.class).collect(fixture.warehouse().read(PackRow.class))) {
      for (int i = 0; i < pack.documentStarts().length; i++) {
        if (pack.recordIds().get(i).equals(recordId)) {
          String asked =
              query
                  .replace("<= 100", "<= " + pack.documentStarts()[i])
                  .replace("pack_id = 0", "pack_id = " + pack.packId());
          for (Row row :
              Hone.sql(spark, folder.resolve("warehouse").toString(), asked).collectAsList()) {
            lines.add(row.getString(0) + " " + row.getLong(2));
          }
        }
      }
    }
    return lines;
  }

  private long mixed(String prepId, String dataset) {
    return fixture
        .warehouse()
        .read(PrepCountRow.class)
        .where(
            "prep_id = '%s' AND dataset = '%s' AND name = 'mixed_rows'".formatted(prepId, dataset))
        .select("value")
        .head()
        .getLong(0);
  }
}
