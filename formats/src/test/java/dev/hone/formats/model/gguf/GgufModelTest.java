package dev.hone.formats.model.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.BaseWeights;
import dev.hone.formats.model.Blocks;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.ShapeWeights;
import dev.hone.formats.model.TensorSpec;
import dev.hone.formats.model.Weights;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A GGUF file as a model has what an import of it has. */
@Tag("unit")
class GgufModelTest {
  @TempDir Path dir;
  private Path gguf;
  private ModelDirectory model;
  private ModelDirectory imported;

  @BeforeEach
  void open() {
    gguf = TinyGguf.quantized().write(dir.resolve("tiny.GGUF"));
    model = BaseWeights.AS_STORED.open(gguf, dir.resolve("files"));
    GgufImport.run(gguf, dir.resolve("imported"));
    imported = ModelDirectory.open(dir.resolve("imported"));
  }

  /** The blocks of an outline's shapes are as large as those of the model, and all zeros. */
  @Test
  void anOutlineIsTheModelWithoutFilesAndValues() {
    ModelDirectory outline = BaseWeights.NF4.outline(gguf);
    assertEquals(gguf.toString(), outline.name());
    Weights shapes = ShapeWeights.of(outline.weights());
    assertTrue(shapes.isQuantized());
    for (TensorSpec spec : model.tensors()) {
      String name = spec.name();
      assertEquals(model.weights().info(name), shapes.info(name));
      assertEquals(model.weights().blockFormat(name), shapes.blockFormat(name), name);
      assertEquals(
          model.weights().blocks(name).map(blocks -> blocks.data().limit()),
          shapes.blocks(name).map(blocks -> blocks.data().limit()),
          name);
    }
  }

  /** Every matrix is in blocks, q and k with their rows in Hugging Face's order. */
  @Test
  void blocksDecodeToTheImportedValues() {
    int quantized = 0;
    for (TensorSpec spec : model.tensors()) {
      float[] expected = floats(imported.weights(), spec);
      assertArrayEquals(expected, floats(model.weights(), spec), spec.name());
      Optional<Blocks> blocks = model.weights().blocks(spec.name());
      assertEquals(spec.shape().length == 2, blocks.isPresent(), spec.name());
      if (blocks.isPresent()) {
        quantized++;
        float[] decoded = new float[expected.length];
        blocks.get().decode(0, decoded, 0, decoded.length);
        assertArrayEquals(expected, decoded, spec.name());
      }
    }
    assertEquals(8, quantized);
  }

  @Test
  void onlyReorderedRowsAreCopied() {
    Weights weights = model.weights();
    String attention = "model.layers.0.self_attn.";
    assertTrue(weights.blocks(attention + "v_proj.weight").orElseThrow().data().isDirect());
    assertFalse(weights.blocks(attention + "q_proj.weight").orElseThrow().data().isDirect());
  }

  /** The norms are f32 in the file, and stay where they are. */
  @Test
  void plainTensorsAreMapped() {
    FloatBuffer norm = model.weights().mappedFloats("model.norm.weight").orElseThrow();
    assertEquals(32, norm.remaining());
    assertTrue(norm.isDirect());
    assertEquals(Optional.empty(), model.weights().mappedFloats("model.embed_tokens.weight"));
  }

  @Test
  void itHasTheConfigAndTheTokenizerOfAnImport() throws Exception {
    assertEquals(imported.config(), model.config());
    assertEquals(imported.config(), GgufModel.config(gguf).withEosTokenIds(List.of(2, 3)));
    assertEquals(gguf.toString(), model.name());
    for (String file : List.of("tokenizer.json", "tokenizer_config.json", "config.json")) {
      assertEquals(
          Files.readString(imported.path().resolve(file)),
          Files.readString(model.path().resolve(file)));
    }
    assertFalse(Files.exists(model.path().resolve("model.safetensors")));
  }

  @Test
  void readsBeyondATensorAreRefused() {
    HoneException refused =
        assertThrows(
            HoneException.class,
            () -> model.weights().readFloats("model.norm.weight", 30, FloatBuffer.allocate(3)));
    assertTrue(refused.getMessage().contains("32 elements, but 3 from element 30"));
    assertThrows(HoneException.class, () -> model.weights().info("lm_head.weight"));
  }

  private static float[] floats(Weights weights, TensorSpec spec) {
    FloatBuffer values =
        FloatBuffer.allocate(Math.toIntExact(weights.info(spec.name()).elements()));
    weights.readFloats(spec.name(), values);
    return values.array();
  }
}
