package dev.hone.jobs.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.model.Dtype;
import dev.hone.jobs.parity.Python;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * llama.cpp opens what hone exports: it cuts texts into the same tokens, writes chats as the same
 * prompts, and answers with the same tokens.
 */
@Tag("parity")
class LlamaCppTest {
  private static final Path STORED =
      Path.of(System.getProperty("hone.repository"), "training/src/test/resources/parity");
  private static final List<String> FAMILIES = List.of("llama", "qwen2", "qwen3");
  private static final List<String> OTHER_TYPES =
      List.of("f32", "bf16", "q8_0", "q6_k", "q4_k_m", "q4_0");
  private static final List<String> QUESTIONS =
      List.of(
          "Who?",
          "How many days has a leap year?",
          "Write a line about the sea.",
          "12 x 12 = ?",
          "Grüße!",
          "Name three colours, please.");
  private static final int TOKENS = 16;

  @TempDir private static Path dir;

  private static final Map<String, AskedModel> MODELS = new HashMap<>();

  /** What llama.cpp made of each export. */
  private static final Map<String, JsonNode> FOUND = new HashMap<>();

  /** All exports first, as one start of Python opens them all. */
  @BeforeAll
  static void ask() throws IOException, InterruptedException, RefusedRecord {
    Python python = Python.orSkip("HONE_LLAMA_PYTHON", "requirements-llama.txt");
    List<String> names = new ArrayList<>();
    List<Map<String, Object>> asked = new ArrayList<>();
    for (String family : FAMILIES) {
      Path folder = STORED.resolve(family).resolve("model");
      AskedModel model = AskedModel.of(folder, QUESTIONS, TOKENS);
      MODELS.put(family, model);
      names.add(family + "-f16");
      asked.add(model.forFile(export(folder, "f16", family + "-f16"), TOKENS, model.rows()));
    }
    AskedModel llama = MODELS.get("llama");
    for (String type : OTHER_TYPES) {
      names.add("llama-" + type);
      Path file = export(STORED.resolve("llama/model"), type, "llama-" + type);
      asked.add(llama.forFile(file, TOKENS, llama.rows()));
    }
    Iterator<JsonNode> found = python.run("llama_answers.py", asked).iterator();
    names.forEach(name -> FOUND.put(name, found.next()));
  }

  private static Path export(Path model, String type, String name) {
    Path file = dir.resolve(name + ".gguf");
    new Exporter(model, Optional.empty(), ExportTarget.of("gguf:" + type), file).run();
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void itAnswersAsHone(String family) {
    AskedModel model = MODELS.get(family);
    long different = model.answers().stream().map(Arrays::toString).distinct().count();
    assertTrue(different > 1, "each question has an answer of its own");
    JsonNode found = FOUND.get(family + "-f16");
    model.requireSameTokens(found);
    Parity parity = model.parity(model.rows(), found.get("logits"));
    int compared = model.requireSameAnswers(found, parity.difference());
    assertTrue(compared >= 64, () -> compared + " tokens of 96 are equal, " + parity);
  }

  /** It multiplies in the file's type, and keeps keys and values in f16. */
  @ParameterizedTest
  @ValueSource(strings = {"f32", "f16", "bf16", "q8_0", "q6_k", "q4_k_m", "q4_0"})
  void itComputesNearlyTheSame(String type) {
    AskedModel model = MODELS.get("llama");
    JsonNode found = FOUND.get("llama-" + type);
    Parity parity = model.parity(model.rows(), found.get("logits"));
    Tolerance allowed =
        Tolerance.of(ExportTarget.of("gguf:" + type).quantization()).or(Tolerance.of(Dtype.F16));
    assertTrue(allowed.holds(parity), () -> parity + ", allowed " + allowed);
    assertEquals(
        found.get("texts"), FOUND.get("llama-f16").get("texts"), "the tokenizer is the same");
  }
}
