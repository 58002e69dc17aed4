package dev.hone.formats.model.peft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.TinyModel;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class AdapterMergeTest {
  private static final String Q = "model.layers.1.self_attn.q_proj";
  private static final LoraSettings PLAIN = LoraSettings.of(2, 1, 0, List.of("q_proj", "v_proj"));

  @TempDir Path dir;
  private Path base;

  @BeforeEach
  void base() {
    base = TinyModel.write(dir.resolve("base"), TinyModel.config("llama", c -> {}));
  }

  private ModelDirectory merge(LoraSettings settings) {
    AdapterConfig config = new AdapterConfig(settings, Optional.of(base.toString()));
    PeftAdapter.write(dir.resolve("adapter"), config, Dtype.F32, PeftAdapterTest.matrices(config));
    AdapterMerge.run(dir.resolve("adapter"), Optional.empty(), dir.resolve("merged"));
    return ModelDirectory.open(dir.resolve("merged"));
  }

  private static float[] read(ModelDirectory model, String name) {
    float[] values = new float[(int) model.weights().info(name).elements()];
    model.weights().readFloats(name, FloatBuffer.wrap(values));
    return values;
  }

  /** Row i of q_proj {@code [8, 8]} gets 0.5 · (2i · A₀ + (2i + 1) · A₁), A counting from 0. */
  private float[] expected() {
    float[] rows = read(ModelDirectory.open(base), Q + ".weight");
    for (int i = 0; i < 8; i++) {
      for (int j = 0; j < 8; j++) {
        rows[8 * i + j] += 0.5f * (2 * i * j + (2 * i + 1) * (8 + j));
      }
    }
    return rows;
  }

  @Test
  void theBranchIsAddedAndTheRestStays() {
    ModelDirectory merged = merge(PLAIN);
    assertArrayEquals(expected(), read(merged, Q + ".weight"), 1e-4f);
    String norm = "model.norm.weight";
    assertArrayEquals(read(ModelDirectory.open(base), norm), read(merged, norm));
    assertEquals(ModelDirectory.open(base).config(), merged.config());
  }

  @Test
  void anyPartOfATensorCanBeRead() {
    merge(PLAIN);
    ModelDirectory model = ModelDirectory.open(base);
    MergedWeights weights =
        new MergedWeights(
            model.weights(),
            model.tensors(),
            PeftAdapter.open(dir.resolve("adapter"), model.tensors()));
    float[] part = new float[13];
    weights.readFloats(Q + ".weight", 21, FloatBuffer.wrap(part));
    for (int i = 0; i < part.length; i++) {
      assertEquals(expected()[21 + i], part[i], 1e-4f);
    }
  }

  @Test
  void everyRowHasItsTrainedLength() {
    LoraSettings dora =
        new LoraSettings(PLAIN.ranks(), 0, PLAIN.targets(), PLAIN.init(), true, PLAIN.parts());
    float[] rows = read(merge(dora), Q + ".weight");
    for (int i = 0; i < 8; i++) {
      double squares = 0;
      for (int j = 0; j < 8; j++) {
        squares += rows[8 * i + j] * rows[8 * i + j];
      }
      assertEquals(i, Math.sqrt(squares), 1e-4, "magnitudes count from 0");
    }
  }

  @Test
  void aHeadThatWasTrainedAloneIsNoLongerTheEmbedding() {
    LoraSettings head =
        new LoraSettings(
            PLAIN.ranks(),
            0,
            PLAIN.targets(),
            PLAIN.init(),
            false,
            new TrainedParts(LoraBias.NONE, List.of("lm_head")));
    ModelDirectory merged = merge(head);
    assertFalse(merged.config().tieWordEmbeddings());
    assertEquals(1, read(merged, "lm_head.weight")[1]);
    String embedding = "model.embed_tokens.weight";
    assertArrayEquals(read(ModelDirectory.open(base), embedding), read(merged, embedding));
  }

  @Test
  void whatCannotBeMergedLeavesNothingBehind() {
    merge(PLAIN);
    Path used = dir.resolve("merged");
    HoneException refused =
        assertThrows(
            HoneException.class,
            () -> AdapterMerge.run(dir.resolve("adapter"), Optional.of(base), used));
    assertTrue(refused.getMessage().contains("is not an empty directory"), refused::getMessage);
    AdapterConfig moved = new AdapterConfig(PLAIN, Optional.of("/models/moved"));
    PeftAdapter.write(dir.resolve("moved"), moved, Dtype.F32, PeftAdapterTest.matrices(moved));
    HoneException away =
        assertThrows(
            HoneException.class,
            () -> AdapterMerge.run(dir.resolve("moved"), Optional.empty(), dir.resolve("new")));
    assertTrue(
        away.getMessage()
            .endsWith(
                "names its base model '/models/moved', which is no directory on this machine; say where it is with --base-model"),
        away::getMessage);
    Path other =
        TinyModel.write(
            dir.resolve("other"), TinyModel.config("llama", c -> c.put("hidden_size", 16)));
    assertThrows(
        HoneException.class,
        () -> AdapterMerge.run(dir.resolve("adapter"), Optional.of(other), dir.resolve("new")));
    assertFalse(Files.exists(dir.resolve("new")));
  }
}
