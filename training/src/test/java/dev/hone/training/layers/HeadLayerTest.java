package dev.hone.training.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.data.PackedRow;
import dev.hone.training.data.Teaching;
import dev.hone.training.kernels.CounterRandom;
import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.Tensor;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** However many rows of logits are made at a time, losses and gradients are the same. */
@Tag("unit")
class HeadLayerTest {
  private static final int T = 7;
  private static final int C = 4;
  private static final int V = 6;

  private final Kernels kernels = new ReferenceKernels(DataType.FLOAT);

  private record Result(double loss, long correct, float[] dInput, float[] dWeights) {}

  @Test
  void chunksAddUp() {
    Result whole = run(T, Optional.empty());
    assertEquals(4 * Math.log(V), whole.loss(), 2, "four targets near log V each");
    chunksAddUp(whole, Optional.empty());
  }

  @Test
  void chunksOfATeachersWordAddUp() {
    Optional<DistillationLoss> loss =
        Optional.of(new DistillationLoss(DistillationLoss.Divergence.JS, 2, 0.3, 0.9, 0.1));
    chunksAddUp(run(T, loss), loss);
  }

  private void chunksAddUp(Result whole, Optional<DistillationLoss> loss) {
    for (int chunk : new int[] {1, 2, 3}) {
      Result parts = run(chunk, loss);
      assertEquals(whole.loss(), parts.loss(), 1e-6);
      assertEquals(whole.correct(), parts.correct());
      assertArrayEquals(whole.dInput(), parts.dInput(), 1e-6f);
      assertArrayEquals(whole.dWeights(), parts.dWeights(), 1e-6f);
    }
    for (int t : new int[] {2, 4, 6}) {
      for (int c = 0; c < C; c++) {
        assertEquals(0, whole.dInput()[t * C + c], "row " + t + " predicts nothing");
      }
    }
  }

  private Result run(int chunk, Optional<DistillationLoss> loss) {
    Batch batch = new Batch(T, V);
    Tensor source = random(1, T, C);
    Tensor gradient = random(2, T, C); // must be overwritten
    Weight norm = Weight.trained("norm", C);
    Weight weight = Weight.trained("head", V, C);
    HeadLayer head =
        new HeadLayer(
            kernels,
            batch,
            new RmsNorm(kernels, norm, 0, 1e-5, chunk),
            weight,
            false,
            1,
            OptionalDouble.empty(),
            source,
            gradient,
            chunk);
    head.setParamsViewArray(random(3, C + V * C).array());
    INDArray gradients = Nd4j.zeros(DataType.FLOAT, C + V * C);
    head.setBackpropGradientsViewArray(gradients);
    PackedRow row =
        new PackedRow(
            new int[] {1, 2, 3, 0, 4, 0, 1},
            new float[] {0, 1, 1, 0, 1, 0, 1},
            new int[] {0, 3, 5});
    if (loss.isPresent()) {
      float[] logps = {-0.5f, -2, -0.1f, -4, -1, -1, -0.7f, -0.9f};
      Teaching said = new Teaching(2, new int[] {5, 2, 0, 3, 4, 1, 1, 0}, logps);
      batch.set(row.withTeaching(said), 1, true, loss.get());
    } else {
      batch.set(row, 1, true);
    }
    head.backward();
    return new Result(
        head.weightedLoss(), head.correct(), read(gradient), gradients.toFloatVector());
  }

  private Tensor random(long seed, long... shape) {
    Tensor tensor = kernels.allocate(shape);
    float[] values = new float[Math.toIntExact(tensor.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = CounterRandom.uniform(seed, i) - 0.5f;
    }
    kernels.write(FloatBuffer.wrap(values), tensor, 0);
    return tensor;
  }

  private float[] read(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    kernels.read(tensor, 0, FloatBuffer.wrap(values));
    return values;
  }
}
