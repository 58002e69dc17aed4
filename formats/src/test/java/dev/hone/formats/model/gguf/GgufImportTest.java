package dev.hone.formats.model.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Rope;
import dev.hone.formats.model.RopeScaling;
import dev.hone.formats.model.RopeScaling.Llama3;
import dev.hone.formats.model.hf.JsonFile;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class GgufImportTest {
  @TempDir Path dir;

  @Test
  void makesACompleteDirectory() throws IOException {
    Path target = dir.resolve("model");
    GgufImport.run(TinyGguf.llama().write(dir.resolve("a.gguf")), target);
    ModelDirectory model = ModelDirectory.open(target);
    assertEquals("llama", model.config().modelType());
    assertEquals(1e-5, model.config().rmsNormEps());
    assertEquals(4, model.config().headDim());
    assertEquals(List.of(2, 3), model.config().eosTokenIds());
    assertTrue(model.config().tieWordEmbeddings());
    assertEquals(
        "float32", JsonFile.read(target.resolve("config.json")).get("torch_dtype").asText());
    assertEquals("{{ messages }}", Files.readString(target.resolve("chat_template.jinja")));
    ObjectNode tokenizer = JsonFile.read(target.resolve("tokenizer_config.json"));
    assertEquals("<s>", tokenizer.get("bos_token").asText());
    assertEquals("{{ messages }}", tokenizer.get("chat_template").asText());
    try (Stream<Path> files = Files.list(dir)) {
      assertEquals(
          List.of("a.gguf", "model"), files.map(f -> "" + f.getFileName()).sorted().toList());
    }
  }

  /** The file has rows 0, 2, 1, 3 of a head of four; the directory has them in order again. */
  @Test
  void rotaryRowsComeBackInOrder() {
    Path target = dir.resolve("model");
    GgufImport.run(TinyGguf.llama().write(dir.resolve("a.gguf")), target);
    FloatBuffer k = FloatBuffer.allocate(4 * 8);
    ModelDirectory.open(target).weights().readFloats("model.layers.0.self_attn.k_proj.weight", k);
    for (int row = 0; row < 4; row++) {
      assertEquals(row, k.get(8 * row), "row " + row);
      assertEquals(row + 0.5f, k.get(8 * row + 7), "row " + row);
    }
  }

  @Test
  void rowsAreFoundFromAnyOffset() {
    float[] paired = new float[2 * 4 * 3];
    for (int i = 0; i < paired.length; i++) {
      paired[i] = i;
    }
    RotaryRows rows =
        new RotaryRows(
            (offset, target) -> target.put(paired, (int) offset, target.remaining()), 4, 3);
    float[] expected = {
      0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11, 12, 13, 14, 18, 19, 20, 15, 16, 17, 21, 22, 23
    };
    for (int from = 0; from < 24; from++) {
      for (int to = from; to <= 24; to++) {
        FloatBuffer target = FloatBuffer.allocate(to - from);
        rows.read(from, target);
        assertArrayEquals(Arrays.copyOfRange(expected, from, to), target.array());
      }
    }
  }

  @Test
  void bfloat16IsAnOption() {
    Path target = dir.resolve("model");
    GgufImport.run(TinyGguf.llama().write(dir.resolve("a.gguf")), target, Dtype.BF16);
    assertEquals(
        Dtype.BF16, ModelDirectory.open(target).weights().info("model.norm.weight").dtype());
  }

  @Test
  void anOutputTensorIsAnUntiedHead() {
    Path target = dir.resolve("model");
    GgufImport.run(
        TinyGguf.llama()
            .floats(
                "output.weight", new float[TinyGguf.TOKENS.size() * 8], TinyGguf.TOKENS.size(), 8)
            .write(dir.resolve("a.gguf")),
        target);
    assertFalse(ModelDirectory.open(target).config().tieWordEmbeddings());
  }

  /** Llama 3.1's divisors for theta 500000 and D = 8: untouched, untouched, blended, divided. */
  @Test
  void frequencyDivisorsBecomeRopeScaling() {
    float[] divisors = {1, 1, 2.6945298f, 8};
    Path gguf =
        new GgufFile().floats("rope_freqs.weight", divisors, 4).write(dir.resolve("a.gguf"));
    assertEquals(
        Optional.of(new Llama3(8, 1, 4, 8192)),
        RopeFactors.read(GgufReader.open(gguf), 500_000, 8));
  }

  @Test
  void ropeScalingReachesTheConfig() {
    Path target = dir.resolve("model");
    GgufImport.run(
        TinyGguf.llama()
            .put("llama.rope.freq_base", 1e9f)
            .floats("rope_freqs.weight", new float[] {1, 32}, 2)
            .write(dir.resolve("a.gguf")),
        target);
    assertEquals(Optional.of(new Llama3(32, 1, 4, 8192)), rope(target).scaling());
  }

  private static Rope rope(Path model) {
    return ModelDirectory.open(model).config().layers().get(0).rope().orElseThrow();
  }

  @Test
  void scalingOfTheMetadataReachesTheConfig() {
    Path target = dir.resolve("model");
    GgufImport.run(
        TinyGguf.llama()
            .put("llama.rope.scaling.type", "linear")
            .put("llama.rope.scaling.factor", 8f)
            .write(dir.resolve("a.gguf")),
        target);
    assertEquals(Optional.of(new RopeScaling.Linear(8)), rope(target).scaling());
  }

  @Test
  void unitDivisorsAreNoScaling() {
    Path target = dir.resolve("model");
    GgufImport.run(
        TinyGguf.llama()
            .floats("rope_freqs.weight", new float[] {1, 1}, 2)
            .write(dir.resolve("a.gguf")),
        target);
    assertEquals(Optional.empty(), rope(target).scaling());
  }

  @Test
  void whatCannotBeImportedIsSaid() {
    refused(TinyGguf.llama().put("general.architecture", "mamba"), "architecture mamba");
    refused(TinyGguf.llama().put("llama.expert_count", 8), "mixture of experts");
    refused(TinyGguf.llama().put("llama.rope.scaling.type", "longrope"), "rope_type is longrope");
    refused(TinyGguf.llama().put("split.count", 3), "one of 3 parts");
    refused(
        TinyGguf.llama().put("llama.attention.sliding_window", 8), "attention.sliding_window is 8");
    refused(TinyGguf.llama().put("llama.feed_forward_length", 13), "but the metadata say [13, 8]");
    refused(TinyGguf.llama().put("llama.block_count", 2), "blk.1.attn_norm.weight is missing");
    refused(TinyGguf.llama().floats("extra.weight", new float[1], 1), "extra.weight is not one of");
    refused(TinyGguf.llama().remove("llama.embedding_length"), "no llama.embedding_length");
    refused(TinyGguf.llama().put("llama.embedding_length", "8"), "is not a whole number");
    refused(
        TinyGguf.llama().floats("rope_freqs.weight", new float[] {3, 1}, 2), "in another way than");
    refused(TinyGguf.llama().put("tokenizer.ggml.model", "t5"), "tokenizer.ggml.model is t5");
    refused(TinyGguf.llama().put("tokenizer.ggml.model", "llama"), "0 tokenizer.ggml.scores for");
    refused(TinyGguf.llama().put("tokenizer.ggml.pre", "tekken"), "tokenizer.ggml.pre is tekken");
    refused(TinyGguf.llama().put("tokenizer.ggml.eos_token_id", 99), "the eos_token is 99");
    refused(TinyGguf.llama().put("tokenizer.ggml.merges", List.of("h q")), "\"h q\" does not join");
    refused(TinyGguf.llama().put("tokenizer.ggml.token_type", List.of(1)), "1 token types for");
  }

  private void refused(GgufFile file, String problem) {
    Path gguf = file.write(dir.resolve("refused.gguf"));
    Path target = dir.resolve("refused");
    HoneException e = assertThrows(HoneException.class, () -> GgufImport.run(gguf, target));
    assertTrue(e.getMessage().contains(problem), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    try (Stream<Path> files = Files.list(dir)) {
      assertEquals(List.of(gguf), files.toList());
    } catch (IOException io) {
      throw new java.io.UncheckedIOException(io);
    }
  }

  @Test
  void aDirectoryInUseIsLeftAlone() throws IOException {
    Path gguf = TinyGguf.llama().write(dir.resolve("a.gguf"));
    Path target = Files.createDirectory(dir.resolve("model"));
    GgufImport.run(gguf, target);
    byte[] weights = Files.readAllBytes(target.resolve("model.safetensors"));
    assertThrows(HoneException.class, () -> GgufImport.run(gguf, target));
    assertArrayEquals(weights, Files.readAllBytes(target.resolve("model.safetensors")));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999})
  void aTruncatedFileLeavesNothingBehind(double part) throws IOException {
    byte[] whole = TinyGguf.llama().bytes();
    Path gguf =
        Files.write(dir.resolve("a.gguf"), Arrays.copyOf(whole, (int) (part * whole.length)));
    assertThrows(HoneException.class, () -> GgufImport.run(gguf, dir.resolve("model")));
    try (Stream<Path> files = Files.list(dir)) {
      assertEquals(List.of(gguf), files.toList());
    }
  }
}
