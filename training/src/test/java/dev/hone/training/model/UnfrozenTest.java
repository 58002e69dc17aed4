package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A part of a model is trained; its gradient is what it is when all of it is. */
@Tag("unit")
class UnfrozenTest {
  private static final PackedRow ROW = TinyModel.row(1, 8, 6);

  private final Kernels kernels = new CpuKernels(2);

  @TempDir private Path dir;

  private CausalLm load(ModelDirectory base, String... patterns) {
    return CausalLm.load(
        base, Optional.empty(), new Unfrozen(List.of(patterns)), kernels, Room.whole(16), 1, 0);
  }

  private float[] values(Parameter parameter) {
    float[] values = new float[Math.toIntExact(parameter.gradient().length())];
    kernels.read(parameter.gradient(), 0, FloatBuffer.wrap(values));
    return values;
  }

  @Test
  void theGradientIsThatOfTheWholeModel() throws IOException {
    ModelDirectory base = TinyModel.write(dir.resolve("base"), "qwen2", true);
    CausalLm whole = load(base);
    whole.forwardBackward(ROW, 1);
    Map<String, float[]> expected = new HashMap<>();
    whole.parameters().forEach(p -> expected.put(p.name(), values(p)));
    CausalLm part = load(base, "model.layers.[0-9]+.self_attn.(k|v)_proj", "^model.norm.weight$");
    part.forwardBackward(ROW, 1);
    assertEquals(9, part.parameters().size(), "weight and bias of k and v in two blocks, one norm");
    for (Parameter parameter : part.parameters()) {
      assertArrayEquals(expected.get(parameter.name()), values(parameter), 1e-6f, parameter.name());
    }
  }

  @Test
  void whatIsSavedIsTheWholeModel() throws IOException {
    ModelDirectory base = TinyModel.write(dir.resolve("base"), "llama", false);
    CausalLm model = load(base, "lm_head", "model.layers.1");
    model.forwardBackward(ROW, 1);
    kernels.add(model.gradients(), 1, model.values(), 1, 1);
    model.save(dir.resolve("saved"));
    CausalLm opened = load(ModelDirectory.open(dir.resolve("saved")));
    assertArrayEquals(model.logits(ROW, 5), opened.logits(ROW, 5));
  }

  @Test
  void aPatternIsReadAsAxolotlDoes() {
    Unfrozen dots = new Unfrozen(List.of("model.layers.2.mlp", "lm_.+"));
    assertTrue(dots.trains("model.layers.2.mlp.up_proj.weight"));
    assertTrue(dots.trains("lm_head.weight"));
    assertTrue(!dots.trains("model.layers.22.mlp.up_proj.weight"), "a dot is a dot");
    assertTrue(!dots.trains("base.model.layers.2.mlp.up_proj.weight"), "from the beginning");
    assertTrue(new Unfrozen(List.of("model\\.norm")).trains("model.norm.weight"));
  }

  @Test
  void aPatternThatCannotHoldIsRefused() throws IOException {
    ModelDirectory base = TinyModel.write(dir.resolve("base"), "llama", false);
    assertProblem("matches no weight of the model", () -> load(base, "transformer.h"));
    assertProblem("is no regular expression", () -> load(base, "model.(layers"));
    assertProblem("a range of rows", () -> load(base, "model.embed_tokens.weight$[:32000]"));
  }

  private static void assertProblem(String said, Runnable action) {
    HoneException thrown = assertThrows(HoneException.class, action::run);
    assertTrue(thrown.getMessage().contains(said), thrown.getMessage());
  }
}
