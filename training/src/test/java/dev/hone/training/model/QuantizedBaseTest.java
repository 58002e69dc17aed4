package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.BaseWeights;
import dev.hone.formats.model.Blocks;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.Weights;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.formats.model.peft.PeftAdapter;
import dev.hone.formats.model.peft.TrainedParts;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/** QLoRA is LoRA on the dequantized weights. */
@Tag("unit")
class QuantizedBaseTest {
  private static final int STEPS = 30;
  private static final LoraSpec LORA = new LoraSpec(4, 8, 0, List.of(), Optional.empty());
  private static final PackedRow ROW = TinyModel.row(1, 8, 6);

  @TempDir Path dir;
  private ModelDirectory plain;

  @BeforeEach
  void writeModel() throws IOException {
    plain = TinyModel.write(dir.resolve("base"), "llama", true);
  }

  private ModelDirectory quantized(boolean twice) {
    return (twice ? BaseWeights.NF4_DOUBLE : BaseWeights.NF4).open(dir.resolve("base"), dir);
  }

  /** The same numbers as floats: what the blocks decode to, held as any other weight. */
  private static ModelDirectory dequantized(ModelDirectory quantized) {
    return quantized.withWeights(new Decoded(quantized.weights()));
  }

  private record Decoded(Weights source) implements Weights {
    @Override
    public Set<String> names() {
      return source.names();
    }

    @Override
    public TensorInfo info(String name) {
      return source.info(name);
    }

    @Override
    public void readFloats(String name, long offset, FloatBuffer target) {
      source.readFloats(name, offset, target);
    }

    @Override
    public Optional<FloatBuffer> mappedFloats(String name) {
      return source.mappedFloats(name);
    }

    @Override
    public Optional<Blocks> blocks(String name) {
      return Optional.empty();
    }
  }

  private static double[] curve(ModelDirectory base, Kernels kernels) {
    return curve(base, kernels, LORA);
  }

  private static double[] curve(ModelDirectory base, Kernels kernels, LoraSpec adapter) {
    return LearningCurve.of(base, adapter, kernels, ROW, STEPS);
  }

  @ParameterizedTest
  @CsvSource({"F32,false,1e-5", "F32,true,1e-5", "BF16,false,0.02", "BF16,true,0.02"})
  void theLossCurveIsThatOfTheDequantizedWeights(
      Precision precision, boolean twice, double tolerance) {
    double[] expected = curve(dequantized(quantized(twice)), new CpuKernels(2, precision));
    double[] actual = curve(quantized(twice), new CpuKernels(2, precision));
    assertTrue(expected[STEPS - 1] < 0.5 * expected[0], "it learns");
    for (int step = 0; step < STEPS; step++) {
      assertEquals(expected[step], actual[step], tolerance * expected[step], "step " + step);
    }
  }

  @Test
  void lengthsOfRowsAreThoseOfTheBlocks() {
    LoraSettings plain = LORA.settings();
    LoraSpec dora =
        new LoraSpec(
            new LoraSettings(
                plain.ranks(), 0, plain.targets(), plain.init(), true, TrainedParts.NONE),
            Optional.empty());
    double[] expected = curve(dequantized(quantized(true)), new CpuKernels(2), dora);
    double[] actual = curve(quantized(true), new CpuKernels(2), dora);
    assertEquals(curve(quantized(true), new CpuKernels(2))[0], actual[0], 1e-6, "it starts there");
    assertArrayEquals(expected, actual, 1e-4);
  }

  @Test
  void theReferenceComputesTheSame() {
    double[] expected = curve(quantized(true), new ReferenceKernels(DataType.FLOAT));
    double[] actual = curve(quantized(true), new CpuKernels(2));
    assertArrayEquals(expected, actual, 1e-4);
    assertNotEquals(curve(plain, new CpuKernels(2))[0], actual[0], "it is quantized");
  }

  /** Seven linear layers of two blocks as NF4; embedding and norms in f32. */
  @Test
  void itsMemoryIsThatOfItsBlocks() {
    CausalLm model = CausalLm.load(quantized(false), Optional.of(LORA), new CpuKernels(1), 16, 1);
    long linear = 2 * (blocks(64) + 2 * blocks(32) + blocks(64) + 3 * blocks(96));
    assertEquals(linear + 4L * (13 * 8 + 5 * 8), model.baseWeightBytes());
    CausalLm whole = CausalLm.load(plain, Optional.of(LORA), new CpuKernels(1), 16, 1);
    assertEquals(4L * (2 * (64 + 2 * 32 + 64 + 3 * 96) + 13 * 8 + 5 * 8), whole.baseWeightBytes());
    CausalLm trained = CausalLm.load(plain, Optional.empty(), new CpuKernels(1), 16, 1);
    assertEquals(whole.baseWeightBytes(), trained.baseWeightBytes());
  }

  private static long blocks(int elements) {
    return (elements + 63) / 64 * 36;
  }

  /**
   * It is asked like any model, and its adapter names the directory that the blocks were made of.
   */
  @Test
  void generatesAndSaves() {
    CausalLm model = CausalLm.load(quantized(false), Optional.of(LORA), new CpuKernels(1), 16, 1);
    CausalLm same =
        CausalLm.load(dequantized(quantized(false)), Optional.of(LORA), new CpuKernels(1), 16, 1);
    assertArrayEquals(
        same.generate(new int[] {3, 5}, 6, Set.of()),
        model.generate(new int[] {3, 5}, 6, Set.of()));
    model.save(dir.resolve("adapter"));
    LoraSpec again = LoraSpec.trained(dir.resolve("adapter"), plain);
    CausalLm opened = CausalLm.load(quantized(false), Optional.of(again), new CpuKernels(1), 16, 1);
    assertEquals(model.evaluate(ROW), opened.evaluate(ROW));
    assertEquals(
        Optional.of(dir.resolve("base").toString()),
        PeftAdapter.open(dir.resolve("adapter"), plain.tensors()).config().baseModel());
  }
}
