package dev.hone.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One line for each problem, the right exit status, and no stack trace unless it was asked for. */
@Tag("unit")
class HoneCliTest {
  @TempDir Path folder;

  private record Result(int status, String out, String err) {}

  private static Result run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status = new HoneCli(new PrintWriter(out), new PrintWriter(err), Map.of()).run(args);
    return new Result(status, out.toString(), err.toString());
  }

  @Test
  void aMissingFileIsOneLine() {
    Path file = folder.resolve("none.yaml");
    Result result = run("validate", file.toString());
    assertEquals(1, result.status());
    assertEquals(
        "hone: "
            + file
            + ": cannot be read (no such file); give the path of a YAML configuration\n",
        result.err());
    assertEquals("", result.out());
  }

  @Test
  void everyProblemHasALine() throws IOException {
    Path file = Files.writeString(folder.resolve("c.yaml"), "lerning_rate: 1\n");
    Result result = run("validate", file.toString());
    assertEquals(1, result.status());
    List<String> lines = result.err().lines().toList();
    assertEquals(4, lines.size(), result.err());
    assertTrue(lines.stream().allMatch(line -> line.startsWith("hone: " + file + ":1: ")));
  }

  @Test
  void noRowsToPreviewIsRefused() {
    Result result = run("preview", "c.yaml", "--rows", "0");
    assertEquals(1, result.status());
    assertEquals("hone: --rows is 0; use 1 or more\n", result.err());
  }

  @Test
  void aWrongCallIsAStatusOfItsOwn() {
    Result result = run("sql", "--format", "xml", "SELECT 1");
    assertEquals(2, result.status());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().contains("--format"), result.err());
    assertEquals(2, run("vaildate").status());
    assertEquals(2, run().status());
  }

  @Test
  void aStackTraceOnlyIfAskedFor() {
    Result quiet = run("import", folder.resolve("none.gguf").toString(), folder + "/x");
    assertEquals(1, quiet.status());
    assertEquals(1, quiet.err().lines().count(), quiet.err());
    assertFalse(Files.exists(folder.resolve("x")));
    Result verbose =
        run("import", "--verbose", folder.resolve("none.gguf").toString(), folder + "/x");
    assertEquals(1, verbose.status());
    assertTrue(verbose.err().contains("\tat dev.hone"), verbose.err());
  }

  @Test
  void quantizedWeightsAreMeasuredAsABaseOnly() {
    Result file = run("bench", "--model", "x.gguf", "--adapter", "lora");
    assertEquals(1, file.status());
    assertEquals(
        "hone: --model x.gguf goes with --adapter qlora, not with --adapter lora; make a directory"
            + " of the file with hone import, or use qlora\n",
        file.err());
    Result twice = run("bench", "--model", "x", "--double-quant");
    assertTrue(twice.err().contains("--double-quant goes with --adapter qlora, not with"));
  }

  /** On a directory, the same adapter trains on a fraction of the weights' memory. */
  @Test
  void benchSaysTheMemoryOfTheBaseWeights() throws IOException {
    String model =
        Path.of(
                System.getProperty("hone.repository"),
                "training/src/test/resources/parity/qwen3/model")
            .toString();
    long[] bytes = new long[2];
    for (int i = 0; i < 2; i++) {
      String adapter = i == 0 ? "lora" : "qlora";
      Result result =
          run(
              "bench",
              "--model",
              model,
              "--adapter",
              adapter,
              "--seq",
              "16",
              "--steps",
              "1",
              "--format",
              "json");
      assertEquals(0, result.status(), result.err());
      bytes[i] = new JsonMapper().readTree(result.out()).get("base_weight_bytes").asLong();
    }
    assertTrue(bytes[1] > 0 && bytes[1] < 0.7 * bytes[0], bytes[0] + ", " + bytes[1]);
  }

  @Test
  void validatePrintsWhatHolds() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("c.yaml"),
            "base_model: ${MODEL}\nlearning_rate: 1e-4\ndatasets:\n  - {path: a.jsonl, type: alpaca}\n");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        new HoneCli(new PrintWriter(out), new PrintWriter(err), Map.of("MODEL", "/secret/place"))
            .run("validate", file.toString(), "--set", "seed=7");
    assertEquals(0, status, err.toString());
    String text = out.toString().replaceAll(" +", " ");
    assertTrue(text.contains("base_model ${MODEL} line 1\n"), text);
    assertTrue(text.contains("seed 7 --set\n"), text);
    assertTrue(text.contains("max_grad_norm 1 default\n"), text);
  }

  @Test
  void aPlanAddsUp() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("c.yaml"),
            "base_model: %s/training/src/test/resources/parity/qwen3/model\nlearning_rate: 1e-4\ndatasets: [{path: a.jsonl, type: alpaca}]\n"
                .formatted(System.getProperty("hone.repository")));
    Result text = run("plan", file.toString(), "--set", "adapter=lora");
    assertEquals(0, text.status(), text.err());
    assertTrue(text.out().contains("qwen3 of 3 layers, 232,064 weights\n"), text.out());
    assertTrue(
        text.out().matches("(?s).*frozen weights, mapped from their file +928,256 +928 kB\n.*"),
        text.out());
    Result json = run("plan", file.toString(), "--set", "adapter=lora", "--format", "json");
    JsonNode plan = new JsonMapper().readTree(json.out());
    long sum = 0;
    for (JsonNode bytes : plan.get("bytes")) {
      sum += bytes.longValue();
    }
    assertEquals(sum, plan.get("total_bytes").longValue());
    assertEquals(8, plan.get("lora_r").intValue());
    assertEquals("adamw_torch", plan.get("optimizer").asText());
    assertEquals(928_256, plan.get("bytes").get("frozen_mapped").longValue());
    assertFalse(plan.has("warning"), json.out());
  }

  @Test
  void aBenchmarkNeedsAModelOrAShape() {
    for (List<String> call :
        List.of(List.of("bench"), List.of("bench", "--model", "x", "--shape", "y"))) {
      Result result = run(call.toArray(String[]::new));
      assertEquals(2, result.status());
      assertTrue(result.err().contains("either --model"), result.err());
    }
    Result unknown = run("bench", "--shape", "gpt-2");
    assertEquals(1, unknown.status());
    assertTrue(
        unknown.err().startsWith("hone: hone knows no shape 'gpt-2'; it knows llama-3.1-8b, "),
        unknown.err());
  }

  @Test
  void aModelIsTimedWithoutItsWeights() throws IOException {
    Result result =
        run(
            "bench",
            "--model",
            System.getProperty("hone.repository")
                + "/training/src/test/resources/parity/qwen3/model",
            "--random-weights",
            "--seq=16",
            "--micro-batch=1",
            "--warmup=0",
            "--steps=1",
            "--format=json");
    assertEquals(0, result.status(), result.err());
    JsonNode line = new JsonMapper().readTree(result.out());
    assertTrue(line.get("planned_bytes").longValue() > 4 * 4 * 232_064, result.out());
    assertTrue(line.get("tokens_per_second").doubleValue() > 0, result.out());
  }

  @Test
  void aSlipIsFoundBeforeSparkStarts() {
    for (String command : List.of("tables", "optimize", "vacuum")) {
      Result result = run(command, "--table", "packs", "--table", "pcks");
      assertEquals(1, result.status());
      assertTrue(
          result.err().startsWith("hone: --table pcks is no table of a warehouse; use documents, "),
          result.err());
    }
    Result retain = run("vacuum", "--retain", "1 week");
    assertEquals(2, retain.status());
    assertTrue(retain.err().contains("'1 week' is no number of hours or days"), retain.err());
    assertEquals(1, retain.err().lines().count(), retain.err());
  }

  @Test
  void packsComeFromAConfigurationOrAPreparation() {
    String out = folder.resolve("out").toString();
    for (List<String> call :
        List.of(
            List.of("export-packs", "--out", out),
            List.of("export-packs", "c.yaml", "--prep", "p", "--out", out))) {
      Result result = run(call.toArray(String[]::new));
      assertEquals(2, result.status());
      assertTrue(result.err().contains("give either CONFIG"), result.err());
    }
    Result columns = run("export-packs", "c.yaml", "--columns", "labels,text", "--out", out);
    assertEquals(1, columns.status());
    assertTrue(columns.err().startsWith("hone: --columns: a pack has no 'text'"), columns.err());
    assertEquals(2, run("export-packs", "c.yaml", "--to", "csv", "--out", out).status());
  }

  @Test
  void daysAreHours() throws Exception {
    assertEquals(168, new VacuumCommand.Hours().convert("168h"));
    assertEquals(168, new VacuumCommand.Hours().convert("7d"));
  }

  @Test
  void axolotlsWordsAreAliases() {
    for (String word : List.of("preprocess", "evaluate", "inference")) {
      assertEquals(0, run(word, "--help").status(), word);
    }
  }
}
