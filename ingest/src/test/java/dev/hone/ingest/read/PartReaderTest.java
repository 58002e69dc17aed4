package dev.hone.ingest.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.ingest.read.FilePart.LineCount;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class PartReaderTest {
  private final Configuration hadoop = new Configuration();

  @TempDir Path folder;

  @Test
  void blankLinesAreNoRecordsAndCorruptOnesAreNamed() throws IOException {
    List<Found> found =
        read(
            "\uFEFF{\"a\":1}\r\n\r\n  \n{\"a\": \n{\"a\":2} x\n[3]\n{\"a\":\"\u00e9\"}",
            FileKind.JSON_LINES);
    assertEquals(
        List.of("0 {\"a\":1}", "1 corrupt_json", "2 corrupt_json", "3 [3]", "4 {\"a\":\"\u00e9\"}"),
        shown(found));
    assertEquals(List.of(1L, 4L, 5L, 6L, 7L), lines(found));
    Found.Broken broken = (Found.Broken) found.get(1);
    assertTrue(broken.message().startsWith("line 4 is no JSON: "), broken.message());
    assertEquals("{\"a\": ", broken.raw());
    assertEquals(1, broken.message().lines().count());
  }

  @Test
  void partsOfAnySizeGiveTheWholeFile() throws IOException {
    StringBuilder text = new StringBuilder("\uFEFF");
    for (int i = 0; i < 12; i++) {
      text.append("{\"i\":").append(i).append("}").append(i % 4 == 0 ? "\r\n\n" : "\n");
      text.append(i % 5 == 0 ? "{broken\n" : "");
    }
    Path file = Files.writeString(folder.resolve("lines.jsonl"), text);
    List<Found> whole = read(file, FileKind.JSON_LINES);
    assertEquals(15, whole.size());
    long size = Files.size(file);
    for (long step = 1; step <= size; step++) {
      List<Found> parts = new ArrayList<>();
      LineCount before = LineCount.NONE;
      for (long start = 0; start < size; start += step) {
        FilePart part = part(file, FileKind.JSON_LINES, start, Math.min(step, size - start));
        parts.addAll(read(part.after(before)));
        before = before.plus(part.count(hadoop));
      }
      assertEquals(whole, parts, "parts of " + step + " bytes");
    }
  }

  @Test
  void linesOfTextAreRecords() throws IOException {
    byte[] bytes = "one\n\n tw\u00f6 \nbad\n".getBytes(UTF_8);
    bytes[bytes.length - 3] = (byte) 0xff;
    Path file = Files.write(folder.resolve("a.txt"), bytes);
    assertEquals(
        List.of("0 {\"text\":\"one\"}", "1 {\"text\":\" tw\u00f6 \"}", "2 invalid_utf8"),
        shown(read(file, FileKind.TEXT)));
  }

  @Test
  void anArrayIsReadElementByElement() throws IOException {
    assertEquals(
        List.of("0 {\"a\":[1]}", "1 2", "2 [3]", "3 {\"a\":4}"),
        shown(read("[{\"a\":[1]},\n 2, [3],\n\n{\"a\":4}]\n", FileKind.JSON_VALUES)));
    assertEquals(List.of(), read(" [ ] ", FileKind.JSON_VALUES));
    List<Found> two = read("\uFEFF{\n\"a\": 1\n}\n{\n\"a\": 2}", FileKind.JSON_VALUES);
    assertEquals(List.of("0 {\"a\":1}", "1 {\"a\":2}"), shown(two));
    assertEquals(List.of(1L, 4L), lines(two));
  }

  @Test
  void anArrayThatBreaksOffGivesItsRowsAndOneBrokenRecord() throws IOException {
    List<Found> found = read("[{\"a\":1},\n{\"a\":2},\n{\"a\":\"thr", FileKind.JSON_VALUES);
    assertEquals(List.of("0 {\"a\":1}", "1 {\"a\":2}", "2 corrupt_json"), shown(found));
    Found.Broken broken = (Found.Broken) found.get(2);
    assertEquals("{\"a\":\"thr", broken.raw());
    assertTrue(broken.message().contains("from line 3 on"), broken.message());
    assertTrue(broken.message().contains("first 2 records"), broken.message());
    assertEquals(
        List.of("0 {\"a\":1}", "1 corrupt_json"),
        shown(read("[{\"a\":1} {\"a\":2}]", FileKind.JSON_VALUES)));
    assertEquals(
        List.of("0 {\"a\":1}", "1 corrupt_json"), shown(read("[{\"a\":1},", FileKind.JSON_VALUES)));
  }

  @Test
  void compressedFilesAreReadAndDamageIsOneBrokenRecord() throws IOException {
    String lines = "{\"a\":1}\n{\"a\":2}\n";
    assertEquals(
        List.of("0 {\"a\":1}", "1 {\"a\":2}"),
        shown(read(gzip("a.jsonl.gz", lines, 0), FileKind.JSON_LINES)));
    assertEquals(
        List.of("0 {\"a\":1}", "1 {\"a\":2}"),
        shown(read(gzip("a.json.gz", "[{\"a\":1},{\"a\":2}]", 0), FileKind.JSON_VALUES)));
    // Long and irregular, so that what is cut off is more than the last block's end.
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      many.append("{\"a\":").append(i * 2_654_435_761L % 1_000_003).append("}\n");
    }
    for (FileKind kind : List.of(FileKind.JSON_LINES, FileKind.JSON_VALUES)) {
      List<Found> found = read(gzip("cut.jsonl.gz", many.toString(), 1000), kind);
      assertTrue(found.size() > 10_000 && found.size() < 20_001, kind + ": " + found.size());
      Found.Broken last = (Found.Broken) found.get(found.size() - 1);
      assertTrue(List.of("damaged_file", "corrupt_json").contains(last.reason()), last.toString());
      assertEquals(found.size() - 1L, last.ordinal());
      assertTrue(found.get(found.size() - 2) instanceof Found.Item);
    }
  }

  @Test
  void commaSeparatedValues() throws IOException {
    List<Found> found = read("text,n\n\"a, \"\"b\"\"\nc\",1\n\"\",\nx\n#d, 2\n", FileKind.CSV);
    assertEquals(
        List.of(
            "0 {\"text\":\"a, \\\"b\\\"\\nc\",\"n\":\"1\"}",
            "1 {\"text\":\"\"}",
            "2 wrong_columns",
            "3 {\"text\":\"#d\",\"n\":\" 2\"}"),
        shown(found));
    assertEquals(List.of(2L, 4L, 5L, 6L), lines(found));
    assertEquals(
        List.of(4L, 5L, 8L),
        lines(read("text\n\n\na\n\"b\nc\"\n\nd", FileKind.CSV)),
        "blank lines are none of theirs");
    assertEquals(List.of(), read("", FileKind.CSV));
  }

  private Path gzip(String name, String text, int cut) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(UTF_8));
    }
    return Files.write(
        folder.resolve(name), Arrays.copyOf(bytes.toByteArray(), bytes.size() - cut));
  }

  private List<Found> read(String text, FileKind kind) throws IOException {
    return read(Files.writeString(folder.resolve("file"), text), kind);
  }

  private List<Found> read(Path file, FileKind kind) throws IOException {
    return read(part(file, kind, 0, Files.size(file)));
  }

  private List<Found> read(FilePart part) throws IOException {
    List<Found> found = new ArrayList<>();
    try (PartReader reader = PartReader.open(part, hadoop)) {
      reader.forEachRemaining(found::add);
    }
    return found;
  }

  private static FilePart part(Path file, FileKind kind, long start, long length) {
    return new FilePart(0, file.toUri().toString(), kind, start, length, 0, 0);
  }

  private static List<Long> lines(List<Found> found) {
    return found.stream().map(Found::line).toList();
  }

  private static List<String> shown(List<Found> found) {
    return found.stream()
        .map(
            one ->
                one instanceof Found.Broken broken
                    ? broken.ordinal() + " " + broken.reason()
                    : one.ordinal() + " " + ((Found.Item) one).json())
        .toList();
  }
}
