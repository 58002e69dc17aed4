package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.kernels.cpu.InstructionSet;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A checkpoint in bf16 trained in f32 is as accurate as the same numbers in a file of floats.
 * Without AMX such a checkpoint becomes floats, and only the reading is tested.
 */
@Tag("unit")
class PublishedInBf16Test {
  private static final int STEPS = 20;
  private static final PackedRow ROW = TinyModel.row(1, 8, 6);

  @TempDir Path dir;
  private ModelDirectory plain;

  @BeforeEach
  void writeModel() throws Exception {
    plain = TinyModel.write(dir.resolve("base"), "llama", true);
  }

  private ModelDirectory in(Dtype type) {
    return plain.withWeights(new RoundedWeights(plain.weights(), type));
  }

  private static double[] curve(ModelDirectory base) {
    LoraSpec adapter = new LoraSpec(4, 8, 0, List.of(), Optional.empty());
    return LearningCurve.of(base, adapter, new CpuKernels(2), ROW, STEPS);
  }

  @Test
  void trainsAsTheSameFloatsDo() {
    double[] expected = curve(in(Dtype.F32));
    double[] actual = curve(in(Dtype.BF16));
    assertTrue(expected[STEPS - 1] < 0.7 * expected[0], "it learns");
    for (int step = 0; step < STEPS; step++) {
      assertEquals(expected[step], actual[step], 1e-5 * expected[step], "step " + step);
    }
  }

  @Test
  void takesHalfOfTheMemoryWhereItStaysAsItIs() {
    String name = "model.layers.0.mlp.up_proj.weight";
    Tensor floats = WeightLoader.frozen(in(Dtype.F32).weights(), name, new CpuKernels(1));
    Tensor halves = WeightLoader.frozen(in(Dtype.BF16).weights(), name, new CpuKernels(1));
    boolean stays = InstructionSet.used().compareTo(InstructionSet.AVX512_CORE_AMX) >= 0;
    assertEquals(stays ? floats.bytes() / 2 : floats.bytes(), halves.bytes());
    FloatBuffer expected = FloatBuffer.allocate(Math.toIntExact(floats.length()));
    FloatBuffer actual = FloatBuffer.allocate(expected.capacity());
    new CpuKernels(1).read(floats, 0, expected);
    new CpuKernels(1).read(halves, 0, actual);
    assertEquals(expected.flip(), actual.flip());
  }
}
