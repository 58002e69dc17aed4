package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.ingest.TableRead;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class TableKeysTest {
  @TempDir private Path folder;

  @Test
  void aTableIsPinnedOrFollowed() {
    assertEquals(TableRead.NEWEST, table("type: alpaca"));
    assertEquals(TableRead.pinned(0), table("version: 0"));
    assertEquals(TableRead.following("id"), table("row_key: id, follow: true"));
    assertEquals(
        TableRead.pinned(3).withRowKey(List.of("part", "id")),
        table("version: 3, row_key: [part, id]"));
  }

  @Test
  void aTimestampIsOfUtcUnlessItSaysOtherwise() {
    for (String same :
        List.of(
            "2026-11-01",
            "2026-11-01 00:00:00",
            "2026-11-01T00:00:00Z",
            "2026-11-01T02:00:00+02:00")) {
      assertEquals(
          TableRead.at(Instant.parse("2026-11-01T00:00:00Z")), table("timestamp: '" + same + "'"));
    }
  }

  @Test
  void problemsSayWhatToDo() {
    problem("version: 3, timestamp: 2026-11-01", "remove one of the two");
    problem("timestamp: yesterday", "'yesterday' is no moment");
    problem("timestamp: 2026-13-01", "'2026-13-01' is no moment");
    problem("version: -1", "version");
    problem("follow: true", "add row_key:");
    problem("follow: true, row_key: id, version: 3", "remove follow, or version");
    problem("follow: true, row_key: id, timestamp: 2026-11-01", "remove follow, or timestamp");
    problem("type: alpaca, follow: true, row_key: id, trigger: available_now", "remove trigger");
  }

  private TableRead table(String keys) {
    return new ConfigTexts(folder).read(yaml(keys)).data().datasets().get(0).table();
  }

  private void problem(String keys, String part) {
    new ConfigTexts(folder).assertProblem(yaml(keys), part);
  }

  private static String yaml(String keys) {
    return """
        base_model: /models/base
        learning_rate: 2e-5
        datasets:
          - {path: lake.chats, %s}
        """
        .formatted(keys);
  }
}
