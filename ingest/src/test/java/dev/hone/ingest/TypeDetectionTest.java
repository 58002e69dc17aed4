package dev.hone.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class TypeDetectionTest {
  private final SparkSession spark = TestSpark.session();

  @TempDir private Path folder;

  private String found(String path) {
    return TypeDetection.of(spark, DatasetSource.of("d", path, "auto")).asWritten();
  }

  @Test
  void looksAtTheFirstRowsOfAnyKind() throws IOException {
    Files.writeString(
        folder.resolve("a.jsonl"),
        "{broken\n{\"instruction\":\"q\",\"output\":\"a\"}\n".repeat(100));
    Files.writeString(folder.resolve("b.csv"), "instruction,output\nq,a\n");
    assertEquals("type: alpaca", found(folder.toString()));
    assertEquals(
        "type: chat_template",
        found(
            "SELECT array(named_struct('role', 'user', 'content', 'q'), named_struct('role', 'assistant', 'content', 'a')) AS messages"));
  }

  @Test
  void namesTheDatasetThatShowsNone() throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"body\":\"a\"}\n");
    HoneException refused = assertThrows(HoneException.class, () -> found(file.toString()));
    assertTrue(
        refused.getMessage().startsWith("dataset d: path '" + file + "': no type was given"),
        refused.getMessage());
    assertTrue(refused.getMessage().contains("body"), refused.getMessage());
    Path empty = Files.writeString(folder.resolve("b.jsonl"), "");
    assertThrows(HoneException.class, () -> found(empty.toString()));
  }
}
