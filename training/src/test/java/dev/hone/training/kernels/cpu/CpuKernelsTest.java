package dev.hone.training.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.Activation;
import dev.hone.training.kernels.AdafactorStep;
import dev.hone.training.kernels.AdamWStep;
import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.Documents;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.LionStep;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.Quantized;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.TokenLoss;
import dev.hone.training.kernels.TokenLosses;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Every operation of CpuKernels gives what ReferenceKernels gives, at widths that do and do not
 * fill a vector.
 */
@Tag("unit")
class CpuKernelsTest {
  private final Kernels reference = new ReferenceKernels(DataType.FLOAT);
  private final Kernels cpu = new CpuKernels(2);

  /** The same operation on both, on tensors that start with the same random numbers. */
  private interface Operation {
    void run(Kernels kernels, Tensor[] tensors);
  }

  private void same(long seed, long[][] shapes, Operation operation) {
    Tensor[] expected = new Tensor[shapes.length];
    Tensor[] actual = new Tensor[shapes.length];
    Random random = new Random(seed);
    for (int i = 0; i < shapes.length; i++) {
      expected[i] = reference.allocate(shapes[i]);
      actual[i] = cpu.allocate(shapes[i]);
      float[] values = new float[Math.toIntExact(expected[i].length())];
      for (int j = 0; j < values.length; j++) {
        values[j] = (float) random.nextGaussian();
      }
      reference.write(FloatBuffer.wrap(values), expected[i], 0);
      cpu.write(FloatBuffer.wrap(values), actual[i], 0);
    }
    operation.run(reference, expected);
    operation.run(cpu, actual);
    for (int i = 0; i < shapes.length; i++) {
      close(values(reference, expected[i]), values(cpu, actual[i]), "tensor " + i);
    }
  }

  private static float[] values(Kernels kernels, Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    kernels.read(tensor, 0, FloatBuffer.wrap(values));
    return values;
  }

  private static void close(float[] expected, float[] actual, String what) {
    for (int i = 0; i < expected.length; i++) {
      double tolerance = 2e-5 * Math.max(1, Math.abs(expected[i]));
      assertTrue(
          Math.abs(expected[i] - actual[i]) <= tolerance,
          what + "[" + i + "]: " + actual[i] + " instead of " + expected[i]);
    }
  }

  private static long[] shape(int... sizes) {
    return Arrays.stream(sizes).asLongStream().toArray();
  }

  private static long[][] shapes(long[]... shapes) {
    return shapes;
  }

  @ParameterizedTest
  @CsvSource({"7,16,24", "33,48,20", "1,64,7", "70,5,96"})
  void linear(int rows, int in, int out) {
    long[][] shapes = shapes(shape(rows + 2, in), shape(out, in), shape(rows + 2, out));
    same(1, shapes, (k, t) -> k.linear(t[0], t[1], t[2], rows, 0.5, 0));
    same(2, shapes, (k, t) -> k.linear(t[0], t[1], t[2], rows, 2, 1));
    same(3, shapes, (k, t) -> k.linearBackwardInput(t[2], t[1], t[0], rows, 0.5, 1));
    same(4, shapes, (k, t) -> k.linearBackwardWeight(t[2], t[0], t[1], rows, 1.5, 1));
  }

  @ParameterizedTest
  @CsvSource({"5,16", "300,64", "9,40", "2,7"})
  void rmsNorm(int rows, int width) {
    long[][] shapes =
        shapes(
            shape(rows, width),
            shape(width),
            shape(rows, width),
            shape(rows),
            shape(rows, width),
            shape(width));
    same(
        1,
        shapes,
        (k, t) -> {
          k.rmsNorm(t[0], t[1], 0, t[2], t[3], rows, 1e-5);
          k.rmsNormBackwardInput(t[2], t[0], t[1], 0, t[3], t[4], rows, 1);
          k.rmsNormBackwardWeight(t[2], t[0], t[3], t[5], rows);
        });
    same(
        2,
        shapes,
        (k, t) -> {
          k.rmsNorm(t[0], t[1], 1, t[2], t[3], rows, 1e-5);
          k.rmsNormBackwardInput(t[2], t[0], t[1], 1, t[3], t[4], rows, 0);
        });
  }

  @ParameterizedTest
  @CsvSource({"3,2,16", "40,3,64", "5,1,12"})
  void rope(int rows, int heads, int headSize) {
    int[] positions = new int[rows];
    for (int t = 0; t < rows; t++) {
      positions[t] = (t * 3) % 7;
    }
    long[][] shapes =
        shapes(shape(rows, heads * headSize), shape(7, headSize / 2), shape(7, headSize / 2));
    same(1, shapes, (k, t) -> k.rope(t[0], t[1], t[2], positions, heads, rows, false));
    same(1, shapes, (k, t) -> k.rope(t[0], t[1], t[2], positions, heads, rows, true));
    long[][] wider =
        shapes(shape(rows, heads * (headSize + 6)), shape(7, headSize / 2), shape(7, headSize / 2));
    same(1, wider, (k, t) -> k.rope(t[0], t[1], t[2], positions, heads, rows, false));
  }

  @ParameterizedTest
  @CsvSource({"4,2,16,150", "3,1,12,20", "9,3,64,70", "2,2,32,1"})
  void attention(int heads, int keyHeads, int headSize, int rows) {
    double scale = 1 / Math.sqrt(headSize);
    attentions(new AttentionShape(heads, keyHeads, headSize, scale), rows);
  }

  @ParameterizedTest
  @CsvSource({"4,2,16,150,30,0", "4,2,16,300,64,1.5", "3,1,12,20,1,0", "2,1,8,200,90,0.5"})
  void attentionWithWindowAndCap(
      int heads, int keyHeads, int headSize, int rows, int window, double cap) {
    attentions(
        new AttentionShape(
            heads,
            keyHeads,
            headSize,
            0.3,
            OptionalInt.of(window),
            cap > 0 ? OptionalDouble.of(cap) : OptionalDouble.empty()),
        rows);
  }

  private void attentions(AttentionShape shape, int rows) {
    int[] starts = rows < 10 ? new int[] {0} : new int[] {0, 1, 9, rows - 3};
    attention(shape, Documents.apart(starts, rows));
    if (rows > 10) {
      attention(shape, new Documents(starts, new int[] {0, 0, 1, 7}, rows));
      int half = rows / 2;
      int[] twice = {0, half, half + 1, rows - 2};
      attention(shape, new Documents(twice, new int[] {0, half / 2, half - 1, 0}, rows));
    }
  }

  private void attention(AttentionShape shape, Documents documents) {
    int rows = documents.rows();
    int heads = shape.heads();
    int keyHeads = shape.keyValueHeads();
    int headSize = shape.headSize();
    long[] query = shape(rows, heads * headSize);
    long[] key = shape(rows, keyHeads * headSize);
    same(
        1,
        shapes(query, key, key, query, shape(heads, rows + 5), query, key, key, query),
        (k, t) -> {
          k.zero(t[4]);
          k.attention(t[0], t[1], t[2], shape, documents, t[3], t[4]);
          k.attentionBackward(
              t[8], t[0], t[1], t[2], t[3], t[4], shape, documents, t[5], t[6], t[7]);
        });
    int fresh = Math.min(rows, 3);
    int[] first = rows < 10 ? new int[fresh] : new int[] {0, 5, rows - 1};
    int[] seen = rows < 10 ? new int[] {1} : new int[] {2, rows - 7, 1};
    same(
        2,
        shapes(shape(fresh, heads * headSize), key, key, shape(fresh, heads * headSize)),
        (k, t) -> k.attentionCached(t[0], t[1], t[2], shape, first, seen, t[3], fresh));
  }

  @ParameterizedTest
  @CsvSource({"3,16", "70,160", "2,9"})
  void gatesBiasesAndRows(int rows, int width) {
    long[] row = shape(rows + 1, width);
    same(
        1,
        shapes(row, row, row, row, row),
        (k, t) -> {
          k.glu(Activation.SILU, t[0], t[1], t[2], rows);
          k.gluBackward(Activation.SILU, t[2], t[0], t[1], t[3], t[4], rows);
        });
    same(
        1,
        shapes(row, row, row, row, row),
        (k, t) -> {
          k.glu(Activation.GELU_TANH, t[0], t[1], t[2], rows);
          k.gluBackward(Activation.GELU_TANH, t[2], t[0], t[1], t[3], t[4], rows);
        });
    same(
        2,
        shapes(row, shape(width), shape(width)),
        (k, t) -> {
          k.addBias(t[1], t[0], rows);
          k.biasBackward(t[0], t[2], rows);
        });
    same(
        3,
        shapes(row, row),
        (k, t) -> {
          k.add(t[0], 1, t[1], 1, rows);
          k.add(t[0], 0.3, t[1], 0.5, rows);
          k.scale(t[0], 0.25);
          k.addNoise(t[0], 1, rows - 1, 0.5, 97);
          k.dropout(t[1], t[0], rows, 0.3, 99, 1);
          k.dropout(t[0], t[1], rows, 0.3, 98, 0);
        });
    same(
        5,
        shapes(row, row, shape(width), shape(width)),
        (k, t) -> {
          k.scaleColumns(t[0], t[2], t[1], rows, 1);
          k.columnDots(t[0], t[1], t[2], t[3], rows);
          k.scaleColumns(t[1], t[2], t[1], rows, 0);
        });
    int[] index = new int[rows];
    for (int i = 0; i < rows; i++) {
      index[i] = rows - i;
    }
    same(
        4,
        shapes(row, row, row),
        (k, t) -> {
          k.gatherRows(t[0], index, 0, t[1], rows);
          k.scatterRows(t[0], index, 1, t[2], rows - 1);
          k.copyRows(t[0], 1, t[2], 0, 1);
          k.copyColumns(t[0], 1, t[2], 3, width - 5, rows);
          k.embed(t[0], index, 3, t[1], rows);
          k.embedBackward(t[1], index, 0.5, t[2], rows);
          k.addToRows(t[1], index, 0, t[2], rows);
        });
    same(5, shapes(row, row), (k, t) -> k.add(t[0], 0.3, t[1], 0, rows));
  }

  @ParameterizedTest
  @CsvSource({"4,512", "3,1000", "1,7"})
  void crossEntropy(int rows, int vocabulary) {
    int[] targets = new int[rows + 2];
    double[] coefficients = new double[rows + 2];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = (i * 131) % vocabulary;
      coefficients[i] = 0.1 * i;
    }
    TokenLosses expected = TokenLosses.allocate(rows + 2);
    TokenLosses actual = TokenLosses.allocate(rows + 2);
    same(
        1,
        shapes(shape(rows, vocabulary), shape(rows, vocabulary)),
        (k, t) -> {
          TokenLosses losses = k == reference ? expected : actual;
          k.crossEntropy(t[0], targets, 1, rows, losses);
          k.crossEntropyWithGradient(
              t[0], 0, targets, coefficients, TokenLoss.NLL, 0, rows, losses, t[1]);
          k.crossEntropyWithGradient(
              t[0], 0, targets, coefficients, TokenLoss.NLL, 2, rows, losses, t[0]);
        });
    TokenLoss other = new TokenLoss(0.2, 0.01, true);
    same(
        2,
        shapes(shape(rows, vocabulary)),
        (k, t) -> {
          TokenLosses losses = TokenLosses.allocate(rows + 2);
          k.softCap(t[0], 1.5, rows);
          k.crossEntropyWithGradient(
              t[0], 1.5, targets, coefficients, other, 2, rows, losses, t[0]);
        });
    assertArrayEquals(expected.best(), actual.best());
    for (int i = 0; i < expected.nll().length; i++) {
      assertTrue(Math.abs(expected.nll()[i] - actual.nll()[i]) <= 1e-5, "nll of row " + i);
      assertTrue(Math.abs(expected.entropy()[i] - actual.entropy()[i]) <= 1e-5, "entropy of " + i);
      assertTrue(
          Math.abs(expected.meanLogit()[i] - actual.meanLogit()[i]) <= 1e-6, "mean logit of " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({"4,512,64", "3,1000,1", "2,1500,1024", "5,7,7", "3,100,99"})
  void topLogProbabilities(int rows, int vocabulary, int k) {
    int[][] ids = new int[2][(rows + 1) * k];
    float[][] logps = new float[2][(rows + 1) * k];
    same(
        3,
        shapes(shape(rows, vocabulary)),
        (kernels, t) -> {
          float[] halves = values(kernels, t[0]);
          for (int i = 0; i < halves.length; i++) {
            halves[i] = Math.round(4 * halves[i]) / 2f; // many are equal, -0 and 0 among them
          }
          kernels.write(FloatBuffer.wrap(halves), t[0], 0);
          int which = kernels == reference ? 0 : 1;
          kernels.topLogProbabilities(t[0], k, 1, rows, ids[which], logps[which]);
        });
    assertArrayEquals(ids[0], ids[1]);
    assertArrayEquals(logps[0], logps[1], 1e-5f);
  }

  @Test
  void adamWAndNorm() {
    long[] line = shape(5003);
    same(
        1,
        shapes(line, line, line, line),
        (k, t) -> {
          k.zero(t[2]);
          k.zero(t[3]);
          for (int step = 1; step <= 3; step++) {
            k.adamW(t[0], t[1], t[2], t[3], new AdamWStep(1e-2, 0.9, 0.999, 1e-8, 0.1, step, 0.5));
          }
        });
    Tensor tensor = cpu.allocate(5003);
    float[] ones = new float[5003];
    Arrays.fill(ones, 0.5f);
    cpu.write(FloatBuffer.wrap(ones), tensor, 0);
    assertTrue(Math.abs(cpu.sumOfSquares(tensor) - 5003 * 0.25) <= 1e-9);
  }

  /** Over the logits their gradient is what it is beside them, for what products make of it too. */
  @Test
  void aGradientLiesOverItsLogits() {
    Kernels half = new CpuKernels(2, Precision.BF16);
    float[][] beside = headGradients(half, half::operandOf);
    float[][] over = headGradients(half, half::operandOver);
    for (int i = 0; i < beside.length; i++) {
      assertArrayEquals(beside[i], over[i]);
    }
  }

  private static float[][] headGradients(Kernels k, UnaryOperator<Tensor> place) {
    int rows = 37;
    int vocabulary = 2500;
    int width = 24;
    Random random = new Random(8);
    Tensor logits = random(k, random, k.allocate(rows + 1, vocabulary));
    Tensor dLogits = place.apply(logits);
    int[] targets = random.ints(rows, 0, vocabulary).toArray();
    k.crossEntropyWithGradient(
        logits,
        5,
        targets,
        random.doubles(rows).toArray(),
        TokenLoss.NLL,
        0,
        rows,
        TokenLosses.allocate(rows),
        dLogits);
    Tensor weight = random(k, random, k.operand(vocabulary, width));
    Tensor normed = random(k, random, k.operand(rows, width));
    Tensor dWeight = k.allocate(vocabulary, width);
    Tensor dNormed = k.allocate(rows, width);
    k.linearBackwardWeight(dLogits, normed, dWeight, rows, 1, 0);
    k.linearBackwardInput(dLogits, weight, dNormed, rows, 1, 0);
    float[] read = new float[rows * vocabulary];
    k.read(dLogits, 0, FloatBuffer.wrap(read));
    assertTrue(Math.abs(values(k, dWeight)[0]) > 0);
    return new float[][] {read, values(k, dWeight), values(k, dNormed)};
  }

  private static Tensor random(Kernels k, Random random, Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    k.write(FloatBuffer.wrap(values), tensor, 0);
    return tensor;
  }

  /** In two halves a weight takes the same steps to the bit, and products read it rounded. */
  @Test
  void halvesTakeTheStepsOfWholeFloats() {
    Kernels half = new CpuKernels(2, Precision.BF16);
    Tensor whole = afterSteps(half, half.allocate(61, 83));
    Tensor split = afterSteps(half, half.trained(half.allocate(61, 83)));
    assertArrayEquals(values(half, whole), values(half, split));
    assertArrayEquals(
        values(half, half.run(whole, 1000, 3003)), values(half, half.run(split, 1000, 3003)));

    float[] exact = values(half, whole);
    float[] read = values(half, half.operandOf(split));
    for (int i = 0; i < exact.length; i++) {
      assertTrue(
          Math.abs(read[i] - exact[i]) <= Math.abs(exact[i]) / 256, exact[i] + ": " + read[i]);
    }
  }

  private static Tensor afterSteps(Kernels k, Tensor weight) {
    random(k, new Random(3), weight);
    Tensor gradient = random(k, new Random(4), k.allocate(weight.shape()));
    float[] before = values(k, weight);
    Tensor m = k.allocate(weight.shape());
    Tensor v = k.allocate(weight.shape());
    for (int step = 1; step <= 3; step++) {
      k.adamW(weight, gradient, m, v, new AdamWStep(1e-2, 0.9, 0.999, 1e-8, 0.1, step, 1));
    }
    Quantized first = Quantized.zeros(k, weight.shape());
    Quantized second = Quantized.zeros(k, weight.shape());
    k.adamW8bit(weight, gradient, first, second, new AdamWStep(1e-2, 0.9, 0.999, 1e-8, 0.1, 1, 1));
    k.lion(weight, gradient, m, new LionStep(1e-3, 0.9, 0.99, 0.1, 1));
    Tensor rows = k.allocate(weight.shape()[0]);
    Tensor columns = k.allocate(weight.shape()[1]);
    k.adafactor(weight, gradient, rows, columns, new AdafactorStep(1e-2, 0, 1e-30, 1, 0.1, 1));
    assertTrue(Math.abs(values(k, weight)[0] - before[0]) >= 9e-3);
    return weight;
  }
}
