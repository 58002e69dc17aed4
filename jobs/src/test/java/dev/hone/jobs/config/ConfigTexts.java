package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Configurations of a few lines, and what the reader says to them. */
final class ConfigTexts {
  /** The least that is right; four lines. */
  static final String MINIMAL =
      """
      base_model: /no/such/model
      learning_rate: 1e-4
      datasets:
        - {path: rows.jsonl, type: alpaca}
      """;

  private final Path folder;

  ConfigTexts(Path folder) {
    this.folder = folder;
  }

  HoneConfig read(String yaml, String... overrides) {
    return read(yaml, Map.of(), overrides);
  }

  HoneConfig read(String yaml, Map<String, String> environment, String... overrides) {
    try {
      Path file = Files.writeString(folder.resolve("config.yaml"), yaml);
      return HoneConfig.read(file, List.of(overrides), environment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The problems, without the folder of the file. */
  List<String> problems(String yaml, String... overrides) {
    ConfigException e = assertThrows(ConfigException.class, () -> read(yaml, overrides));
    return e.problems().stream()
        .map(problem -> problem.toString().replace(folder + "/", ""))
        .toList();
  }

  /** That there is one problem, and what it says. */
  void assertProblem(String yaml, String part) {
    List<String> problems = problems(yaml);
    assertEquals(1, problems.size(), problems.toString());
    assertTrue(problems.get(0).contains(part), problems.get(0));
  }
}
