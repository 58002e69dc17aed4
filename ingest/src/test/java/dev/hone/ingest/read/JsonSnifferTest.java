package dev.hone.ingest.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class JsonSnifferTest {

  /** {@code ~} is a line break. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{'a':1},~{'a':2}]~    | JSON_VALUES | array over two lines",
        "[{'a':1}, {'a':2}]~    | JSON_VALUES | array on one line",
        "[~                     | JSON_VALUES | array, cut off",
        "[{'a':1},~{'a': x}]    | JSON_VALUES | array with a damaged element",
        "{'a':1}~{'a':2}        | JSON_LINES  | lines",
        "{'a':1}                | JSON_LINES  | one line",
        "~~ {'a':1}~~{'a':2}    | JSON_LINES  | blank lines",
        "{~'a': 1~}             | JSON_VALUES | one pretty object",
        "{~'a': 1~}~{~'a': 2~}  | JSON_VALUES | pretty objects",
        "{~'a': 1               | JSON_VALUES | pretty object, cut off",
        "{'a': [1,~{'a': 2}~{'a': 3} | JSON_LINES | first line ends too early",
        "{'a': 'x~{'a': 2}      | JSON_LINES  | first line ends inside a string",
        "oops~{'a': 2}          | JSON_LINES  | first line is no JSON",
        "[1, 2]~{'a': 2}        | JSON_LINES  | first line is an array",
        "''                     | JSON_LINES  | nothing",
        "\uFEFF{'a':1}~{'a':2}  | JSON_LINES  | byte order mark",
        "\uFEFF[{'a':1}]        | JSON_VALUES | byte order mark before an array",
      })
  void tellsLinesFromValues(String text, FileKind kind, String name) throws IOException {
    byte[] head = text.replace('~', '\n').replace('\'', '"').getBytes(UTF_8);
    assertEquals(kind, JsonSniffer.kind(head, false), name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a':1}~{'a':    | JSON_LINES",
        "{'a': 'a long    | JSON_LINES",
        "[{'a':1},{'a':   | JSON_VALUES",
        "[1]              | JSON_LINES",
      })
  void theFileMayGoOn(String text, FileKind kind) throws IOException {
    byte[] head = text.replace('~', '\n').replace('\'', '"').getBytes(UTF_8);
    assertEquals(kind, JsonSniffer.kind(head, true));
  }
}
