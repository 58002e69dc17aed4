package dev.hone.formats.model.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.HalfFloats;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.TensorSpec;
import dev.hone.formats.model.TinyModel;
import dev.hone.formats.model.Weights;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written to GGUF is read back as the same model. */
@Tag("unit")
class GgufExportTest {
  private static final String TEXT = "Hello, it's 12 o'clock!\n\n  Grüße 🙂 <|im_end|>";

  @TempDir Path dir;

  private static Path stored(String family) {
    return Path.of("../training/src/test/resources/parity", family, "model");
  }

  private ModelDirectory exported(Path model, Quantization quantization) {
    Path gguf = dir.resolve("a.gguf");
    GgufExport.run(ModelDirectory.open(model), quantization, gguf);
    return GgufModel.open(gguf, dir.resolve("files"));
  }

  private static float[] floats(Weights weights, TensorSpec spec) {
    FloatBuffer values =
        FloatBuffer.allocate(Math.toIntExact(weights.info(spec.name()).elements()));
    weights.readFloats(spec.name(), values);
    return values.array();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void isTheSameModel(String family) throws IOException {
    ModelDirectory model = ModelDirectory.open(stored(family));
    ModelDirectory back = exported(stored(family), Quantization.F32);
    assertEquals(model.config(), back.config());
    for (TensorSpec spec : model.tensors()) {
      assertArrayEquals(floats(model.weights(), spec), floats(back.weights(), spec), spec.name());
    }
    try (Tokenizer ours = Tokenizers.open(model.path());
        Tokenizer theirs = Tokenizers.open(back.path())) {
      assertArrayEquals(ours.encode(TEXT).ids(), theirs.encode(TEXT).ids());
      assertArrayEquals(ours.prefixIds(), theirs.prefixIds());
      assertEquals(ours.specialIds(), theirs.specialIds());
      assertEquals(ours.specialTokens(), theirs.specialTokens());
      assertEquals(ours.chatTemplates(), theirs.chatTemplates());
    }
    try (Stream<Path> files = Files.list(dir)) {
      assertEquals(
          List.of("a.gguf", "files"), files.map(f -> "" + f.getFileName()).sorted().toList());
    }
  }

  /** Of q the file has rows 0, 8, 1, 9 of each head of 16: what llama.cpp turns are neighbours. */
  @Test
  void llamasRotaryRowsAreNeighbours() {
    ModelDirectory model = ModelDirectory.open(stored("llama"));
    exported(stored("llama"), Quantization.F32);
    String name = "model.layers.0.self_attn.q_proj.weight";
    FloatBuffer second = FloatBuffer.allocate(64);
    GgufReader.open(dir.resolve("a.gguf")).values("blk.0.attn_q.weight").read(64, second);
    FloatBuffer eighth = FloatBuffer.allocate(64);
    model.weights().readFloats(name, 8 * 64, eighth);
    assertArrayEquals(eighth.array(), second.array());
  }

  @Test
  void halvesAreRoundedToTheNearest() {
    ModelDirectory model = ModelDirectory.open(stored("llama"));
    ModelDirectory back = exported(stored("llama"), Quantization.F16);
    for (TensorSpec spec : model.tensors()) {
      float[] expected = floats(model.weights(), spec);
      for (int i = 0; i < expected.length && spec.shape().length > 1; i++) {
        expected[i] = HalfFloats.f16ToFloat(HalfFloats.floatToF16(expected[i]));
      }
      assertArrayEquals(expected, floats(back.weights(), spec), spec.name());
    }
  }

  /** An error of half a step, where blocks of Gaussian values reach three deviations. */
  @ParameterizedTest
  @CsvSource({"BF16,0.004", "Q8_0,0.01", "Q4_0,0.12"})
  void valuesAreCloseToTheModels(Quantization quantization, double error) {
    ModelDirectory model = ModelDirectory.open(stored("llama"));
    ModelDirectory back = exported(stored("llama"), quantization);
    for (TensorSpec spec : model.tensors()) {
      float[] expected = floats(model.weights(), spec);
      float[] found = floats(back.weights(), spec);
      double squares = 0;
      double errors = 0;
      for (int i = 0; i < expected.length; i++) {
        squares += (double) expected[i] * expected[i];
        errors += Math.pow(expected[i] - found[i], 2);
      }
      assertTrue(Math.sqrt(errors / squares) <= error, spec.name() + " " + errors / squares);
    }
  }

  /** Llama 3's rotary scaling is a tensor of divisors. */
  @Test
  void llama3sScalingComesBack() throws IOException {
    Path model = copy("llama3");
    ObjectNode config = JsonFile.read(model.resolve("config.json"));
    ((ObjectNode) config.get("rope_parameters")).put("original_max_position_embeddings", 8192);
    JsonFile.write(model.resolve("config.json"), config);
    assertEquals(ModelDirectory.open(model).config(), exported(model, Quantization.Q8_0).config());
  }

  /** Rows of the embedding without a token have a name that no text gives. */
  @Test
  void anEmbeddingMayHaveMoreRowsThanTokens() throws IOException {
    Path model = copy("llama");
    ObjectNode tokenizer = JsonFile.read(model.resolve("tokenizer.json"));
    ObjectNode vocabulary = (ObjectNode) tokenizer.get("model").get("vocab");
    String last =
        vocabulary.properties().stream()
            .filter(entry -> entry.getValue().asInt() == 511)
            .findFirst()
            .orElseThrow()
            .getKey();
    vocabulary.remove(last);
    Iterator<JsonNode> merges = tokenizer.get("model").get("merges").iterator();
    while (merges.hasNext()) {
      JsonNode merge = merges.next();
      if ((merge.get(0).asText() + merge.get(1).asText()).equals(last)) {
        merges.remove();
      }
    }
    JsonFile.write(model.resolve("tokenizer.json"), tokenizer);
    exported(model, Quantization.F32);
    GgufMetadata metadata = GgufReader.open(dir.resolve("a.gguf")).metadata();
    assertEquals("[PAD511]", metadata.texts("tokenizer.ggml.tokens").get(511));
    assertEquals(5, metadata.integers("tokenizer.ggml.token_type").get(511));
  }

  private Path copy(String family) throws IOException {
    Path target = Files.createDirectory(dir.resolve("model"));
    try (Stream<Path> files = Files.list(stored(family))) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    return target;
  }

  private void refused(Path model, String reason) {
    HoneException refused =
        assertThrows(HoneException.class, () -> exported(model, Quantization.F32));
    assertTrue(refused.getMessage().contains(reason), refused::getMessage);
    assertEquals(1, refused.getMessage().lines().count());
    assertFalse(Files.exists(dir.resolve("a.gguf")));
  }

  @Test
  void whatGgufCannotSayIsRefused() throws IOException {
    refused(stored("llama3"), "its rotary embedding is Rope[theta=500000.0");
    refused(
        TinyModel.write(dir.resolve("gemma"), TinyModel.config("gemma2", c -> {})),
        "it is of type gemma2, and hone writes llama, mistral, qwen2 and qwen3");
    refused(
        TinyModel.write(
            dir.resolve("mistral"), TinyModel.config("mistral", c -> c.put("sliding_window", 16))),
        "its layers attend in different ways, or to a window");
    Path model = copy("llama");
    ObjectNode tokenizer = JsonFile.read(model.resolve("tokenizer.json"));
    tokenizer.putObject("pre_tokenizer").put("type", "Metaspace");
    JsonFile.write(model.resolve("tokenizer.json"), tokenizer);
    refused(model, "its pre_tokenizer is {\"type\":\"Metaspace\"}");
  }

  @Test
  void everyPatternHasTheNameThatMeansIt() {
    for (String name : List.of("gpt-2", "smollm", "llama-bpe", "qwen2")) {
      assertEquals(name, PreTokenizers.nameOf(PreTokenizers.named(name, "")).orElseThrow());
    }
  }
}
