package dev.hone.jobs.export;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.jobs.parity.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@link LlamaCppTest} asks of tiny models, of a real one: the directory that {@code
 * -Dhone.llama.model} names.
 */
@Tag("parity")
@Tag("slow")
class LlamaCppModelTest {
  private static final int TOKENS = 32;
  private static final int PERPLEXITY_TOKENS = 6_000;
  private static final List<String> QUESTIONS =
      List.of(
          "What is the capital of France?",
          "Name three primary colours.",
          "Write a haiku about the sea.",
          "How many days are in a leap year?",
          "Explain photosynthesis in one sentence.",
          "Translate 'good morning' to Spanish.",
          "What is 12 times 12?",
          "Who wrote Hamlet?",
          "Give me a recipe for pancakes.",
          "What does HTML stand for?",
          "List the planets of the solar system.",
          "Why is the sky blue?",
          "Write a Python function that adds two numbers.",
          "What is the boiling point of water?",
          "Tell me a short story about a fox.",
          "What is the largest mammal?",
          "How do I make tea?",
          "What is a prime number?",
          "Summarise the plot of Romeo and Juliet.",
          "Give a synonym for happy.");

  @TempDir private static Path dir;
  private static Python python;
  private static Path model;
  private static Path half;

  @BeforeAll
  static void export() {
    python = Python.orSkip("HONE_LLAMA_PYTHON", "requirements-llama.txt");
    String folder = System.getProperty("hone.llama.model");
    Assumptions.assumeTrue(
        folder != null, "skipped: -Dhone.llama.model is not given; it names a model's directory");
    model = Path.of(folder);
    half = export("f16");
  }

  private static Path export(String type) {
    Path file = dir.resolve(type + ".gguf");
    new Exporter(model, Optional.empty(), ExportTarget.of("gguf:" + type), file).run();
    return file;
  }

  @Test
  void twentyAnswersAreHones(TestReporter reporter) throws Exception {
    AskedModel asked = AskedModel.of(model, QUESTIONS, TOKENS);
    List<int[]> row = asked.rows().subList(0, 1);
    JsonNode found =
        python.run("llama_answers.py", List.of(asked.forFile(half, TOKENS, row))).get(0);
    asked.requireSameTokens(found);
    double difference = asked.parity(row, found.get("logits")).difference();
    int equal = asked.requireSameAnswers(found, difference);
    int all = asked.answers().stream().mapToInt(answer -> answer.length).sum();
    reporter.publishEntry("equal tokens", equal + " of " + all);
  }

  /** Of the documentation, which is English with code and tables in it. */
  @Test
  void fourBitsAreAsGoodAsItsOwn(TestReporter reporter) throws Exception {
    JsonNode found =
        python.run(
            "llama_perplexity.py",
            Map.of("text", documentation(), "tokens", PERPLEXITY_TOKENS),
            half.toString(),
            export("q4_k_m").toString());
    reporter.publishEntry("perplexity", found.toString());
    double hones = found.get("q4_k_m").doubleValue();
    double own = found.get("own").doubleValue();
    assertTrue(Math.abs(hones - own) <= 0.05 * own, found::toString);
  }

  private static String documentation() throws IOException {
    Path docs = Path.of(System.getProperty("hone.repository"), "docs");
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.list(docs)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".md")).sorted().toList()) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }
}
