package dev.hone.jobs.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.tables.Column;
import dev.hone.formats.tables.Table;
import dev.hone.ingest.tables.TableSchema;
import dev.hone.ingest.tables.Warehouse;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The second half of docs/tables.md is made from the column contract. */
@Tag("unit")
class TablesDocTest {
  private static final String MARK = "<!-- From here on made by TablesDocTest. -->\n";

  @Test
  void theDocumentShowsEveryTableAsItIs() throws IOException {
    Path doc = Path.of(System.getProperty("hone.repository"), "docs", "tables.md");
    String text = Files.readString(doc);
    String head = text.substring(0, text.indexOf(MARK) + MARK.length());
    StringBuilder expected = new StringBuilder(head);
    Warehouse.TABLES.forEach(type -> table(expected, type));
    Path made = Files.createDirectories(Path.of("target")).resolve("tables.md");
    Files.writeString(made, expected);
    assertEquals(expected.toString(), text, "copy " + made.toAbsolutePath() + " to docs/tables.md");
  }

  private static void table(StringBuilder text, Class<? extends Record> type) {
    Table table = type.getAnnotation(Table.class);
    text.append("\n## ").append(table.name()).append("\n\n").append(table.comment());
    text.append(" Schema ").append(table.schema() == Table.Schema.DATA ? "`data`" : "`runs`");
    if (table.partitionedBy().length > 0) {
      text.append(", partitioned by `").append(String.join("`, `", table.partitionedBy()));
      text.append('`');
    }
    text.append(table.changeDataFeed() ? ", change data feed on.\n" : ".\n");
    text.append("\n| column | type | |\n|---|---|---|\n");
    StructField[] fields = TableSchema.of(type).struct().fields();
    RecordComponent[] components = type.getRecordComponents();
    for (int i = 0; i < fields.length; i++) {
      String nullable = fields[i].nullable() ? ", may be null" : "";
      text.append(
          "| %s | %s%s | %s |%n"
              .formatted(
                  fields[i].name(),
                  fields[i].dataType().sql(),
                  nullable,
                  components[i].getAnnotation(Column.class).value()));
    }
  }
}
