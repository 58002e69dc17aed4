package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.cpu.CpuKernels;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is computed again is what was computed: gradients and answers stay. */
@Tag("unit")
class CheckpointingTest {
  /** Three blocks, with norms of the heads. */
  private static final ModelDirectory MODEL =
      ModelDirectory.open(Path.of("src/test/resources/parity/qwen3/model"));

  private static final Optional<LoraSpec> DROPPING =
      Optional.of(new LoraSpec(4, 8, 0.3, List.of(), Optional.empty()));

  static Stream<Arguments> cases() {
    return Stream.of(Precision.values())
        .flatMap(
            precision ->
                Stream.of(Optional.<LoraSpec>empty(), DROPPING)
                    .flatMap(
                        adapter ->
                            IntStream.rangeClosed(1, 4)
                                .mapToObj(every -> Arguments.of(precision, adapter, every))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreTheSame(Precision precision, Optional<LoraSpec> adapter, int every) {
    float[] expected = gradients(precision, adapter, 0);
    float[] actual = gradients(precision, adapter, every);
    assertEquals(expected.length, actual.length);
    // Compiled code adds up in another order than interpreted code: the last digits may move.
    double tolerance = precision == Precision.F32 ? 1e-6 : 1e-3;
    for (int i = 0; i < expected.length; i++) {
      assertTrue(
          Math.abs(expected[i] - actual[i]) <= tolerance,
          "gradient " + i + " is " + actual[i] + " instead of " + expected[i]);
    }
  }

  /** A norm behind a half of a block needs what the half gave, which has to be made again. */
  @ParameterizedTest
  @ValueSource(strings = {"gemma2", "olmo2", "phi3", "granite"})
  void gradientsOfOtherFamiliesAreTheSame(String family) {
    ModelDirectory base =
        ModelDirectory.open(Path.of("src/test/resources/families", family, "model"));
    float[][] gradients = new float[2][];
    for (int every = 0; every < 2; every++) {
      Kernels kernels = new CpuKernels(2);
      CausalLm model = CausalLm.load(base, Optional.empty(), kernels, 64, every);
      int[] ids = IntStream.range(0, 30).map(i -> 3 + i * 7 % 40).toArray();
      float[] weights = new float[30];
      Arrays.fill(weights, 1, 30, 1);
      model.zeroGradients();
      model.forwardBackward(new PackedRow(ids, weights, new int[] {0}), 0.03);
      gradients[every] = new float[Math.toIntExact(model.gradients().length())];
      kernels.read(model.gradients(), 0, FloatBuffer.wrap(gradients[every]));
    }
    assertArrayEquals(gradients[0], gradients[1], 1e-6f);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAreTheSame(Precision precision, Optional<LoraSpec> adapter, int every) {
    int[] prompt = {5, 6, 7, 8};
    assertArrayEquals(
        load(new CpuKernels(2, precision), adapter, 0).generate(prompt, 6, Set.of()),
        load(new CpuKernels(2, precision), adapter, every).generate(prompt, 6, Set.of()));
  }

  private static CausalLm load(Kernels kernels, Optional<LoraSpec> adapter, int every) {
    return CausalLm.load(MODEL, adapter, Unfrozen.ALL, kernels, Room.whole(64), 3, every);
  }

  /** Of one pass, with an adapter whose B is not zero. */
  private static float[] gradients(Precision precision, Optional<LoraSpec> adapter, int every) {
    Kernels kernels = new CpuKernels(2, precision);
    CausalLm model = load(kernels, adapter, every);
    model.setDropoutSeed(11);
    for (Parameter parameter : model.parameters()) {
      if (parameter.name().endsWith("lora_B.weight")) {
        float[] values = new float[Math.toIntExact(parameter.value().length())];
        for (int i = 0; i < values.length; i++) {
          values[i] = (i % 7 - 3) / 50f;
        }
        kernels.write(FloatBuffer.wrap(values), parameter.value(), 0);
      }
    }
    PackedRow row = row();
    model.zeroGradients();
    LossSum loss = model.forwardBackward(row, 1 / row.weightSum());
    assertEquals(37, loss.targets());
    float[] gradients = new float[Math.toIntExact(model.gradients().length())];
    kernels.read(model.gradients(), 0, FloatBuffer.wrap(gradients));
    return gradients;
  }

  private static PackedRow row() {
    int[] ids = IntStream.range(0, 40).map(i -> 3 + i * 7 % 90).toArray();
    float[] weights = new float[40];
    for (int t = 0; t < 40; t++) {
      weights[t] = t == 0 || t == 15 || t == 31 ? 0 : 1;
    }
    return new PackedRow(ids, weights, new int[] {0, 15, 31});
  }
}
