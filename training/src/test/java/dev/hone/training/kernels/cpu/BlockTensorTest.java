package dev.hone.training.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.Blocks;
import dev.hone.formats.model.gguf.GgmlType;
import dev.hone.formats.model.nf4.Nf4Encoder;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.RandomBlocks;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** A quantized matrix is the matrix of its decoded values. */
@Tag("unit")
class BlockTensorTest {
  private static final int SHAPES = 22;

  /** To the last bit, from and to any element, in heap memory and in native memory. */
  @ParameterizedTest
  @EnumSource(GgmlType.class)
  void decodesAsItsFormat(GgmlType type) {
    int size = type.format().elements();
    Random random = new Random(7);
    for (int i = 0; i < SHAPES; i++) {
      int elements = size * (1 + random.nextInt(40));
      Blocks blocks = RandomBlocks.of(type, elements, i);
      if (random.nextBoolean()) {
        ByteBuffer bytes = blocks.data();
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.limit()).put(bytes.duplicate()).flip();
        blocks = new Blocks(type.format(), direct, elements);
      }
      float[] all = new float[elements];
      blocks.decode(0, all, 0, elements);
      int from = random.nextInt(elements);
      int count = 1 + random.nextInt(elements - from);
      float[] expected = new float[count + 3];
      blocks.decode(from, expected, 2, count);
      assertEquals(
          Arrays.toString(Arrays.copyOfRange(all, from, from + count)),
          Arrays.toString(Arrays.copyOfRange(expected, 2, 2 + count)));
      float[] actual = new float[count + 3];
      BlockTensor.of(blocks, new long[] {elements / size, size}).load(from, actual, 2, count);
      for (int j = 0; j < actual.length; j++) {
        assertEquals(
            Float.floatToRawIntBits(expected[j]), Float.floatToRawIntBits(actual[j]), "" + j);
      }
    }
  }

  /** NF4's blocks begin and end anywhere in a row. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void decodesNf4(boolean twice) {
    Random random = new Random(3);
    for (int i = 0; i < SHAPES; i++) {
      int width = 1 + random.nextInt(300);
      int elements = width * (1 + random.nextInt(60));
      Blocks blocks = nf4(elements, twice, i);
      int from = random.nextInt(elements);
      int count = 1 + random.nextInt(elements - from);
      float[] expected = new float[count];
      float[] actual = new float[count];
      blocks.decode(from, expected, 0, count);
      BlockTensor.of(blocks, new long[] {elements / width, width}).load(from, actual, 0, count);
      for (int j = 0; j < count; j++) {
        assertEquals(
            Float.floatToRawIntBits(expected[j]), Float.floatToRawIntBits(actual[j]), "" + j);
      }
    }
  }

  private static Blocks nf4(int elements, boolean twice, long seed) {
    Random random = new Random(seed);
    return Nf4Encoder.encode(
        (offset, target) -> {
          while (target.hasRemaining()) {
            target.put((float) random.nextGaussian());
          }
        },
        elements,
        twice);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void multipliesAsTheReference(Precision precision) {
    Kernels reference = new ReferenceKernels(DataType.FLOAT);
    Kernels cpu = new CpuKernels(2, precision);
    double tolerance = precision == Precision.F32 ? 2e-5 : 2e-2;
    for (int i = 0; i < SHAPES; i++) {
      close(run(reference, i), run(cpu, i), tolerance, "shape " + i);
    }
  }

  /** Forward, backward and embedding at a shape that the number decides. */
  private static float[][] run(Kernels k, int number) {
    Random random = new Random(number);
    GgmlType type = GgmlType.values()[number % GgmlType.values().length];
    int rows = 1 + random.nextInt(20);
    boolean nf4 = number % 3 == 0;
    int in = nf4 ? 1 + random.nextInt(200) : type.format().elements() * (1 + random.nextInt(3));
    int out = 1 + random.nextInt(60);
    Blocks blocks =
        nf4 ? nf4(out * in, random.nextBoolean(), number) : RandomBlocks.of(type, out * in, number);
    Tensor w = k.quantized(blocks, out, in);
    double beta = random.nextInt(2);
    Tensor x = filled(k, k.operand(rows, in), random);
    Tensor y = filled(k, k.operand(rows, out), random);
    Tensor dY = filled(k, k.operand(rows, out), random);
    Tensor dX = filled(k, k.operand(rows, in), random);
    Tensor embedded = k.allocate(rows, in);
    k.linear(x, w, y, rows, 0.5, beta);
    k.linearBackwardInput(dY, w, dX, rows, 0.5, beta);
    k.embed(w, random.ints(rows, 0, out).toArray(), 1, embedded, rows);
    return new float[][] {values(k, y), values(k, dX), values(k, embedded)};
  }

  /** Tiles of a few rows give what the whole matrix gives. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void tilesAddUp(Precision precision) {
    Workers workers = new Workers(2);
    FlatKernels flat = new FlatKernels(workers);
    Products products = new Products(precision, flat, workers);
    Kernels cpu = new CpuKernels(2, precision);
    for (int i = 0; i < SHAPES; i++) {
      Random random = new Random(i);
      int rows = 1 + random.nextInt(20);
      int in = 32 * (1 + random.nextInt(3));
      int out = 2 + random.nextInt(60);
      Tensor w = cpu.quantized(RandomBlocks.of(GgmlType.Q4_1, out * in, i), out, in);
      BlockProducts tiled =
          new BlockProducts(precision, products, flat, in * (1 + random.nextInt(7)));
      double beta = random.nextInt(2);
      Tensor x = filled(cpu, cpu.operand(rows, in), random);
      Tensor dY = filled(cpu, cpu.allocate(rows, out), random);
      float[][] results = new float[4][];
      for (int j = 0; j < 2; j++) {
        Random same = new Random(-i);
        Tensor y = filled(cpu, cpu.operand(rows, out), same);
        Tensor dX = filled(cpu, cpu.operand(rows, in), same);
        if (j == 0) {
          cpu.linear(x, w, y, rows, 2, beta);
          cpu.linearBackwardInput(dY, w, dX, rows, 2, beta);
        } else {
          tiled.forward((CpuTensor) x, (BlockTensor) w, (CpuTensor) y, rows, 2, beta);
          tiled.backward((CpuTensor) dY, (BlockTensor) w, (CpuTensor) dX, rows, 2, beta);
        }
        results[2 * j] = values(cpu, y);
        results[2 * j + 1] = values(cpu, dX);
      }
      close(
          new float[][] {results[0], results[1]},
          new float[][] {results[2], results[3]},
          precision == Precision.F32 ? 1e-5 : 1e-2,
          "shape " + i);
    }
  }

  @Test
  void itsBytesAreItsBlocks() {
    Blocks blocks = RandomBlocks.of(GgmlType.Q4_1, 64 * 96, 1);
    assertEquals(64 * 96 / 32 * 20, new CpuKernels(1).quantized(blocks, 64, 96).bytes());
    assertEquals(
        64 * 96 / 32 * 20, new ReferenceKernels(DataType.FLOAT).quantized(blocks, 64, 96).bytes());
  }

  @Test
  void aShapeThatDoesNotFitIsADefect() {
    Blocks blocks = RandomBlocks.of(GgmlType.Q8_0, 64, 1);
    assertThrows(IllegalArgumentException.class, () -> new CpuKernels(1).quantized(blocks, 3, 32));
  }

  private static void close(float[][] expected, float[][] actual, double tolerance, String what) {
    for (int j = 0; j < expected.length; j++) {
      double largest = 1;
      for (float value : expected[j]) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int i = 0; i < expected[j].length; i++) {
        assertTrue(
            Math.abs((double) expected[j][i] - actual[j][i]) <= tolerance * largest,
            "%s, result %d[%d]: %s instead of %s"
                .formatted(what, j, i, actual[j][i], expected[j][i]));
      }
    }
  }

  private static Tensor filled(Kernels k, Tensor tensor, Random random) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = Bf16.toFloat(Bf16.of((float) random.nextGaussian()));
    }
    k.write(FloatBuffer.wrap(values), tensor, 0);
    return tensor;
  }

  private static float[] values(Kernels k, Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    k.read(tensor, 0, FloatBuffer.wrap(values));
    return values;
  }
}
