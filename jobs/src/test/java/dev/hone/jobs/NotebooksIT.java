package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/notebooks} with the packaged jar and a tiny random model: both notebooks, each from a
 * clean kernel, as a user runs them. {@code HONE_NOTEBOOKS} says that Python may be used for it.
 */
@Tag("notebook")
@EnabledIfEnvironmentVariable(
    named = "HONE_NOTEBOOKS",
    matches = ".+",
    disabledReason = "HONE_NOTEBOOKS is not set; bin/notebooks --install fetches what this needs")
class NotebooksIT {
  private static final int SECONDS = 400;
  private static final Path REPOSITORY = Path.of(System.getProperty("hone.repository"));

  @TempDir static Path folder;

  private static JsonNode finetune;
  private static JsonNode metrics;

  @BeforeAll
  static void runBoth() throws Exception {
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(
            "bash", REPOSITORY.resolve("bin/notebooks").toString(), "--out", out.toString());
    Map<String, String> environment = builder.environment();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put(
        "HONE_MODEL",
        REPOSITORY.resolve("training/src/test/resources/parity/llama/model").toString());
    environment.put("HONE_WORK", folder.resolve("work").toString());
    environment.put("HONE_HEAP", "1g");
    Path log = folder.resolve("log");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
    assertTrue(ended, "bin/notebooks does not end:\n" + Files.readString(log));
    assertEquals(0, process.exitValue(), Files.readString(log));
    finetune = read(out.resolve("finetune.ipynb"));
    metrics = read(out.resolve("metrics.ipynb"));
  }

  private static JsonNode read(Path notebook) throws IOException {
    return new JsonMapper().readTree(Files.readString(notebook));
  }

  @Test
  void everyCellRanInItsOrderAndNoneFailed() {
    for (JsonNode notebook : List.of(finetune, metrics)) {
      int count = 0;
      for (JsonNode cell : notebook.get("cells")) {
        if (cell.get("cell_type").asText().equals("code")) {
          assertEquals(++count, cell.get("execution_count").asInt(), cell.toString());
          cell.get("outputs")
              .forEach(
                  output ->
                      assertFalse(
                          output.get("output_type").asText().equals("error"), output::toString));
        }
      }
      assertTrue(count >= 6, "only " + count + " cells");
    }
  }

  @Test
  void theJavaNotebookShowsWhatItPromises() {
    String shown = String.join("\n", shown(finetune, "text/html"));
    assertTrue(
        shown.contains("<mark title=") && shown.contains("class=\"special\""), "tokens and masks");
    for (String reason : List.of("corrupt_json", "empty_conversation", "missing_field")) {
      assertTrue(shown.contains("<td>" + reason + "</td>"), reason + " is not in " + shown);
    }
    assertEquals(2, count(shown, "<span class=\"badge finished\">finished</span>"));
    assertEquals(2, count(shown, "24 <small>of 24</small>"));
    assertTrue(shown.contains("<td>learning_rate</td><td>0.001</td><td>1.0E-4</td>"), shown);
    assertTrue(
        String.join("", texts(finetune)).contains("allowed: "), "the export says how near it is");
    assertTrue(Files.exists(folder.resolve("work/bold/adapter_model.safetensors")));
    assertTrue(Files.exists(folder.resolve("work/bold-q8_0.gguf")));
  }

  @Test
  void thePythonNotebookDrawsAndTrains() {
    assertEquals(3, shown(metrics, "image/png").size());
    String html = String.join("\n", shown(metrics, "text/html"));
    assertTrue(html.contains(">bold</td>") && html.contains(">careful</td>"), html);
    assertTrue(html.contains("16 <small>of 16</small>"), html);
    String compared = String.join("", texts(metrics));
    assertTrue(compared.contains("lora_r") && compared.contains("rank-64"), compared);
    assertTrue(Files.exists(folder.resolve("work/rank-64/adapter_model.safetensors")));
  }

  @Test
  void noLogIsAmongTheOutputs() {
    for (JsonNode notebook : List.of(finetune, metrics)) {
      String texts = String.join("", texts(notebook));
      assertFalse(texts.matches("(?s).*(\\bINFO\\b|\\bWARN|SLF4J|log4j).*"), texts);
    }
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  /** Outputs of a kind, in order. */
  private static List<String> shown(JsonNode notebook, String kind) {
    List<String> all = new ArrayList<>();
    for (JsonNode cell : notebook.get("cells")) {
      for (JsonNode output : cell.path("outputs")) {
        if (output.path("data").has(kind)) {
          all.add(joined(output.get("data").get(kind)));
        }
      }
    }
    return all;
  }

  /** What was printed. */
  private static List<String> texts(JsonNode notebook) {
    List<String> all = new ArrayList<>();
    for (JsonNode cell : notebook.get("cells")) {
      for (JsonNode output : cell.path("outputs")) {
        if (output.has("text")) {
          all.add(joined(output.get("text")));
        }
      }
    }
    return all;
  }

  private static String joined(JsonNode lines) {
    if (lines.isTextual()) {
      return lines.asText();
    }
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.asText()));
    return text.toString();
  }
}
