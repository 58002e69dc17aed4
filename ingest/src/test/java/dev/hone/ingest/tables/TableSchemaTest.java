package dev.hone.ingest.tables;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.PackRow;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class TableSchemaTest {

  @Test
  void columnsAreSnakeCaseInTheOrderOfTheComponents() {
    assertEquals(
        "run_id STRING NOT NULL,step BIGINT NOT NULL,dataset STRING NOT NULL,name STRING NOT NULL,"
            + "value DOUBLE NOT NULL,n BIGINT NOT NULL,timestamp TIMESTAMP NOT NULL,"
            + "low DOUBLE,high DOUBLE",
        withoutComments(TableSchema.of(EvalRow.class).struct()));
  }

  @Test
  void listsAndArraysAreArrays() {
    StructType packs = TableSchema.of(PackRow.class).struct();
    assertEquals("array<int>", packs.apply("input_ids").dataType().catalogString());
    assertEquals("array<float>", packs.apply("loss_weights").dataType().catalogString());
    assertEquals("array<string>", packs.apply("record_ids").dataType().catalogString());
    assertArrayEquals(
        new String[] {"prep_id"}, TableSchema.of(PackRow.class).table().partitionedBy());
  }

  @Test
  void onlyAnOptionalIsNullableAndEveryColumnHasItsComment() {
    StructType documents = TableSchema.of(DocumentRow.class).struct();
    assertTrue(documents.apply("duplicate_of").nullable());
    assertFalse(documents.apply("record").nullable());
    for (Class<? extends Record> type : Warehouse.TABLES) {
      Arrays.stream(TableSchema.of(type).struct().fields())
          .forEach(field -> assertFalse(field.getComment().get().isBlank(), field.name()));
    }
  }

  @Test
  void theLogKeepsNoStatisticsOfText() {
    assertEquals(
        Optional.of(
            "record_id,dataset,source,source_version,ordinal,content_hash,kind,duplicate_of,ingested_at,line"),
        TableSchema.of(DocumentRow.class).statistics());
    assertEquals(
        Optional.of("run_id,step,dataset,ordinal,timestamp"),
        TableSchema.of(GenerationRow.class).statistics());
    assertEquals(Optional.empty(), TableSchema.of(PackRow.class).statistics());
  }

  @Test
  void componentNamesWithDigits() {
    assertEquals("manifest_sha256", TableSchema.columnName("manifestSha256"));
  }

  @Test
  void aRecordWithoutTheContractIsADefect() {
    record Plain(String name) {}

    assertFalse(Modifier.isPublic(Plain.class.getModifiers()));
    assertThrows(IllegalArgumentException.class, () -> TableSchema.of(Plain.class));
    assertEquals(Optional.empty(), Optional.ofNullable(new Plain(null).name()));
  }

  private static String withoutComments(StructType struct) {
    return struct.toDDL().replaceAll(" COMMENT '[^']*'", "");
  }
}
