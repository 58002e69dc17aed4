package dev.hone.formats.template.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Renders what Transformers renders, character by character, or fails where it fails: on the folder
 * {@code -Dhone.fixtures=DIR} (or its folder {@code chat-templates}), else on the templates of the
 * test resources, which were written for this test in the style of the known families.
 */
@Tag("unit")
class ChatTemplateConformanceTest {
  private static final int SHOWN = 20;

  @Test
  void everyPairAgreesWithTransformers() throws Exception {
    List<String> pairs = new ConformanceSuite(folder()).differences();
    assertTrue(!pairs.isEmpty(), () -> "nothing to compare in " + folder());
    List<String> differences = pairs.stream().filter(Objects::nonNull).toList();
    String verdict =
        "%d of %d pairs agree".formatted(pairs.size() - differences.size(), pairs.size());
    System.out.println(verdict);
    differences.stream().limit(SHOWN).forEach(System.out::println);
    assertEquals(List.of(), differences, verdict);
  }

  private static Path folder() {
    String given = System.getProperty("hone.fixtures");
    Path folder = given == null ? Path.of("src/test/resources/chat-templates") : Path.of(given);
    Path inner = folder.resolve("chat-templates");
    return Files.isDirectory(inner) ? inner : folder;
  }
}
