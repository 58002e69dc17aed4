package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of keys is in itself right, and the documentation is made from it. */
@Tag("unit")
class KeyTableTest {

  @Test
  void everyKeyHasOneClass() {
    List<String> twice = new ArrayList<>();
    for (KeyTable table : List.of(KeyTable.topLevel(), KeyTable.datasets())) {
      Set<String> seen = new HashSet<>();
      table.honoured().stream().map(Key::name).filter(name -> !seen.add(name)).forEach(twice::add);
      for (List<KeyTable.KeyClass> classes : List.of(table.withoutEffect(), table.refused())) {
        classes.stream()
            .flatMap(keys -> keys.patterns().stream())
            .filter(name -> !seen.add(name))
            .forEach(twice::add);
      }
      for (Key key : table.honoured()) {
        assertTrue(table.withoutEffect(key.name()).isEmpty(), key.name());
        assertTrue(table.refused(key.name()).isEmpty(), key.name());
      }
    }
    assertEquals(List.of(), twice);
  }

  @Test
  void defaultsPassTheirOwnChecks() {
    for (KeyTable table :
        List.of(
            KeyTable.topLevel(),
            KeyTable.datasets(),
            KeyTable.exactMatchDatasets(),
            KeyTable.questionDatasets(),
            KeyTable.multipleChoiceDatasets(),
            KeyTable.judge())) {
      for (Key key : table.honoured()) {
        ReadContext context = new ReadContext(Map.of());
        key.fallback()
            .ifPresent(
                text ->
                    new ValueParser(key, key.name(), context)
                        .parse(
                            new ConfigNode.Scalar(
                                new Location("keys.yaml", 0), text, ConfigNode.Scalar.Kind.TEXT)));
        context.problems().throwIfAny();
      }
    }
  }

  @Test
  void everyHonouredKeyIsRead(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("config.yaml"),
            ConfigTexts.MINIMAL + "adapter: lora\nval_set_size: 1\n");
    ConfigReader reader = new ConfigReader(file, List.of(), Map.of());
    reader.read();
    assertEquals(Set.of(), reader.unread());
  }

  @Test
  void theDocumentationIsUpToDate() throws IOException {
    Path file = Path.of(System.getProperty("hone.repository"), "docs", "config.md");
    if (Boolean.getBoolean("hone.update.docs")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, ConfigDoc.markdown());
    }
    assertEquals(
        ConfigDoc.markdown(),
        Files.readString(file),
        "run this test with -Dhone.update.docs=true to write docs/config.md");
  }
}
