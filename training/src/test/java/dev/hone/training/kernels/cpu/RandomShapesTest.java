package dev.hone.training.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.Activation;
import dev.hone.training.data.Teaching;
import dev.hone.training.kernels.AdafactorStep;
import dev.hone.training.kernels.AdamWStep;
import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.kernels.Documents;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.LionStep;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.Quantized;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.Taught;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.TokenLosses;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A thousand random shapes: what CpuKernels computes is what ReferenceKernels computes on the same
 * numbers, in f32 to rounding, in bf16 to the rounding of what is stored on the way.
 */
@Tag("unit")
class RandomShapesTest {
  private static final int SHAPES = 1000;

  private final Kernels reference = new ReferenceKernels(DataType.FLOAT);

  @ParameterizedTest
  @EnumSource(Precision.class)
  void agree(Precision precision) {
    Kernels cpu = new CpuKernels(2, precision);
    double tolerance = precision == Precision.F32 ? 2e-5 : 2e-2;
    for (int i = 0; i < SHAPES; i++) {
      float[][] expected = run(reference, i);
      float[][] actual = run(cpu, i);
      for (int j = 0; j < expected.length; j++) {
        close(expected[j], actual[j], tolerance, "shape %d, result %d".formatted(i, j));
      }
    }
  }

  /** The largest difference, as a part of the largest value. */
  private static void close(float[] expected, float[] actual, double tolerance, String what) {
    double largest = 1;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertTrue(
          Math.abs((double) expected[i] - actual[i]) <= tolerance * largest,
          what + "[" + i + "]: " + actual[i] + " instead of " + expected[i]);
    }
  }

  /** One operation, forward and backward, at a shape that the number decides. */
  private static float[][] run(Kernels k, int number) {
    Random random = new Random(number);
    int rows = 1 + random.nextInt(80);
    int width = 1 + random.nextInt(100);
    return switch (number % 11) {
      case 0 -> linear(k, random, rows, width);
      case 1 -> rmsNorm(k, random, rows, width);
      case 2 -> glu(k, random, rows, width);
      case 3 -> rope(k, random, rows);
      case 4 -> attention(k, random, rows);
      case 5 -> adamW(k, random, rows, width);
      case 6 -> lion(k, random, rows, width);
      case 7 -> adafactor(k, random, rows, width);
      case 8 -> gains(k, random, rows, width);
      case 9 -> distillation(k, random, 1 + rows % 12, width);
      default -> adamW8bit(k, random, rows, width);
    };
  }

  private static float[][] linear(Kernels k, Random random, int rows, int in) {
    int out = 1 + random.nextInt(100);
    double alpha = random.nextBoolean() ? 1 : 0.5;
    double beta = random.nextInt(2);
    Tensor x = filled(k, k.operand(rows, in), random);
    Tensor w = filled(k, k.operand(out, in), random);
    Tensor y =
        filled(k, random.nextBoolean() ? k.operand(rows, out) : k.allocate(rows, out), random);
    Tensor dY =
        filled(k, random.nextBoolean() ? k.operand(rows, out) : k.allocate(rows, out), random);
    Tensor dX = filled(k, k.allocate(rows, in), random);
    Tensor dW = filled(k, k.allocate(out, in), random);
    k.linear(x, w, y, rows, alpha, beta);
    k.linearBackwardInput(dY, w, dX, rows, alpha, beta);
    k.linearBackwardWeight(dY, x, dW, rows, alpha, beta);
    return values(k, y, dX, dW);
  }

  private static float[][] rmsNorm(Kernels k, Random random, int rows, int width) {
    Tensor x = filled(k, k.allocate(rows, width), random);
    Tensor weight = filled(k, k.allocate(width), random);
    Tensor y = k.operand(rows, width);
    Tensor rstd = k.allocate(rows);
    Tensor dY = filled(k, k.allocate(rows, width), random);
    Tensor dX = filled(k, k.allocate(rows, width), random);
    Tensor dWeight = k.allocate(width);
    double offset = random.nextInt(2);
    k.rmsNorm(x, weight, offset, y, rstd, rows, 1e-3);
    k.rmsNormBackwardInput(dY, x, weight, offset, rstd, dX, rows, random.nextInt(2));
    k.rmsNormBackwardWeight(dY, x, rstd, dWeight, rows);
    return values(k, y, dX, dWeight);
  }

  private static float[][] gains(Kernels k, Random random, int rows, int out) {
    int rank = 1 + random.nextInt(20);
    Tensor squares = k.allocate(out);
    k.write(FloatBuffer.wrap(constant(out, 900)), squares, 0); // far above what is added
    Tensor b = filled(k, k.operand(out, rank), random);
    Tensor products = filled(k, k.allocate(rank, out), random);
    Tensor magnitude = filled(k, k.allocate(out), random);
    Tensor inverse = k.allocate(out);
    Tensor gain = k.allocate(out);
    k.inverseRowNorms(squares, b, products, inverse);
    k.scaleColumns(magnitude, inverse, gain, 1, 0);
    Tensor x = filled(k, k.operand(rows, out), random);
    Tensor y = filled(k, k.operand(rows, out), random);
    k.scaleColumns(x, magnitude, y, rows, random.nextInt(2));
    Tensor sums = filled(k, k.allocate(out), random);
    k.columnDots(x, y, magnitude, sums, rows);
    return values(k, inverse, gain, y, sums);
  }

  /** In a third of the rows the student leaves next to nothing to tokens the teacher has not. */
  private static float[][] distillation(Kernels k, Random random, int rows, int vocabulary) {
    int tokens = 1 + random.nextInt(vocabulary);
    Tensor teacher = filled(k, k.allocate(rows, vocabulary), random);
    Tensor logits = filled(k, k.allocate(rows, vocabulary), random);
    int[] ids = new int[(rows + 1) * tokens];
    float[] logps = new float[ids.length];
    k.topLogProbabilities(teacher, tokens, 1, rows, ids, logps);
    for (int i = 0; i < rows; i++) {
      float[] row = new float[vocabulary];
      k.read(logits, (long) i * vocabulary, FloatBuffer.wrap(row));
      for (int j = 0; j < tokens && i % 3 == 0; j++) {
        row[ids[(i + 1) * tokens + j]] += 30;
      }
      k.write(FloatBuffer.wrap(row), logits, (long) i * vocabulary);
    }
    double cap = random.nextBoolean() ? 40 : 0;
    if (cap > 0) {
      k.softCap(logits, cap, rows);
    }
    int[] targets = random.ints(rows + 1, 0, vocabulary).toArray();
    double[] coefficients = random.doubles(rows + 1).toArray();
    DistillationLoss.Divergence[] ways = DistillationLoss.Divergence.values();
    DistillationLoss loss =
        new DistillationLoss(
            ways[random.nextInt(ways.length)],
            random.nextBoolean() ? 1 : 0.5 + 2 * random.nextDouble(),
            0.1 + 0.8 * random.nextDouble(),
            random.nextDouble(),
            random.nextInt(2));
    Taught taught = new Taught(new Teaching(tokens, ids, logps), loss, new double[rows + 1]);
    TokenLosses losses = TokenLosses.allocate(rows + 1);
    Tensor gradient = k.operandOf(logits);
    k.distillationWithGradient(
        logits, cap, targets, coefficients, taught, 1, rows, losses, gradient);
    return new float[][] {
      values(k, gradient)[0], logps, floats(taught.divergences()), floats(losses.nll())
    };
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static float[] constant(int length, float value) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    return values;
  }

  private static float[][] glu(Kernels k, Random random, int rows, int width) {
    Tensor gate = filled(k, k.operand(rows, width), random);
    Tensor up = filled(k, k.operand(rows, width), random);
    Tensor y = k.operand(rows, width);
    Tensor dY = filled(k, k.operand(rows, width), random);
    Tensor dGate = k.operand(rows, width);
    Activation activation = random.nextBoolean() ? Activation.SILU : Activation.GELU_TANH;
    k.glu(activation, gate, up, y, rows);
    k.gluBackward(activation, dY, gate, up, dGate, dY, rows);
    return values(k, y, dGate, dY);
  }

  private static float[][] rope(Kernels k, Random random, int rows) {
    int heads = 1 + random.nextInt(4);
    int half = 1 + random.nextInt(40);
    int[] positions = random.ints(rows, 0, 9).toArray();
    Tensor x = filled(k, k.operand(rows, heads * 2 * half), random);
    Tensor cos = filled(k, k.allocate(9, half), random);
    Tensor sin = filled(k, k.allocate(9, half), random);
    k.rope(x, cos, sin, positions, heads, rows, random.nextBoolean());
    return values(k, x);
  }

  private static float[][] attention(Kernels k, Random random, int rows) {
    int keyHeads = 1 + random.nextInt(3);
    int heads = keyHeads * (1 + random.nextInt(3));
    int headSize = 2 * (1 + random.nextInt(32));
    AttentionShape shape =
        new AttentionShape(
            heads,
            keyHeads,
            headSize,
            1 / Math.sqrt(headSize),
            random.nextBoolean() ? OptionalInt.of(1 + random.nextInt(90)) : OptionalInt.empty(),
            random.nextBoolean() ? OptionalDouble.of(2) : OptionalDouble.empty());
    int[] starts =
        IntStream.concat(
                IntStream.of(0), IntStream.range(1, rows).filter(t -> random.nextInt(20) == 0))
            .toArray();
    Documents documents = new Documents(starts, shared(starts, random), rows);
    Tensor q = filled(k, k.operand(rows, heads * headSize), random);
    Tensor key = filled(k, k.operand(rows, keyHeads * headSize), random);
    Tensor v = filled(k, k.operand(rows, keyHeads * headSize), random);
    Tensor out = k.operand(rows, heads * headSize);
    Tensor logSumExp = k.allocate(heads, rows);
    Tensor dOut = filled(k, k.operand(rows, heads * headSize), random);
    Tensor dQ = k.operand(rows, heads * headSize);
    Tensor dK = k.operand(rows, keyHeads * headSize);
    Tensor dV = k.operand(rows, keyHeads * headSize);
    k.attention(q, key, v, shape, documents, out, logSumExp);
    k.attentionBackward(dOut, q, key, v, out, logSumExp, shape, documents, dQ, dK, dV);
    return values(k, out, logSumExp, dQ, dK, dV);
  }

  /** Half of the documents begin as the last one before them that begins by itself. */
  private static int[] shared(int[] starts, Random random) {
    int[] shared = new int[starts.length];
    int leader = 0;
    for (int d = 1; d < starts.length; d++) {
      if (random.nextBoolean()) {
        int least = leader == d - 1 ? 0 : shared[d - 1];
        shared[d] = least + random.nextInt(starts[leader + 1] - starts[leader] - least);
      }
      leader = shared[d] == 0 ? d : leader;
    }
    return shared;
  }

  private static float[][] adamW(Kernels k, Random random, int rows, int width) {
    Tensor weight = filled(k, k.allocate(rows, width), random);
    Tensor gradient = filled(k, k.allocate(rows, width), random);
    Tensor m = filled(k, k.allocate(rows, width), random);
    Tensor v = k.allocate(rows, width);
    int steps = 1 + random.nextInt(3);
    for (int step = 1; step <= steps; step++) {
      AdamWStep now = new AdamWStep(1e-2, 0.9, 0.99, 1e-3, 0.1, step, random.nextDouble());
      k.adamW(weight, gradient, m, v, now);
    }
    return values(k, weight, m, v);
  }

  private static float[][] adamW8bit(Kernels k, Random random, int rows, int width) {
    Tensor weight = filled(k, k.allocate(rows, width), random);
    Quantized m = Quantized.zeros(k, rows, width);
    Quantized v = Quantized.zeros(k, rows, width);
    int steps = 1 + random.nextInt(3);
    for (int step = 1; step <= steps; step++) {
      Tensor gradient = filled(k, k.allocate(rows, width), random);
      AdamWStep now = new AdamWStep(1e-2, 0.9, 0.99, 1e-3, 0.1, step, 0.5);
      k.adamW8bit(weight, gradient, m, v, now);
    }
    return values(k, weight, m.codes(), m.largest(), v.codes(), v.largest());
  }

  private static float[][] lion(Kernels k, Random random, int rows, int width) {
    Tensor weight = filled(k, k.allocate(rows, width), random);
    Tensor gradient = filled(k, k.allocate(rows, width), random);
    Tensor m = k.allocate(rows, width);
    int steps = 1 + random.nextInt(3);
    for (int step = 1; step <= steps; step++) {
      k.lion(weight, gradient, m, new LionStep(1e-2, 0.9, 0.99, 0.1, 0.5));
    }
    return values(k, weight, m);
  }

  private static float[][] adafactor(Kernels k, Random random, int rows, int width) {
    Tensor weight = filled(k, k.allocate(rows, width), random);
    Tensor gradient = filled(k, k.allocate(rows, width), random);
    Tensor rowMeans = k.allocate(rows);
    Tensor columnMeans = k.allocate(width);
    Tensor bias = filled(k, k.allocate(width), random);
    Tensor biasGradient = filled(k, k.allocate(width), random);
    Tensor v = k.allocate(width);
    double clip = random.nextBoolean() ? 1 : 0.3;
    int steps = 1 + random.nextInt(3);
    for (int step = 1; step <= steps; step++) {
      double decay = 1 - Math.pow(step, -0.8);
      AdafactorStep now = new AdafactorStep(1e-2, decay, 1e-30, clip, 0.1, 0.5);
      k.adafactor(weight, gradient, rowMeans, columnMeans, now);
      k.adafactorOfVector(bias, biasGradient, v, now);
    }
    return values(k, weight, rowMeans, columnMeans, bias, v);
  }

  /** Numbers that bf16 holds exactly, so that both kernels start from the same. */
  private static Tensor filled(Kernels k, Tensor tensor, Random random) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = Bf16.toFloat(Bf16.of((float) random.nextGaussian()));
    }
    k.write(FloatBuffer.wrap(values), tensor, 0);
    return tensor;
  }

  private static float[][] values(Kernels k, Tensor... tensors) {
    float[][] values = new float[tensors.length][];
    for (int i = 0; i < tensors.length; i++) {
      values[i] = new float[Math.toIntExact(tensors[i].length())];
      k.read(tensors[i], 0, FloatBuffer.wrap(values[i]));
    }
    return values;
  }
}
