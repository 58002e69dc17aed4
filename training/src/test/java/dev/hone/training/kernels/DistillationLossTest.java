package dev.hone.training.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.training.data.Teaching;
import dev.hone.training.kernels.cpu.CpuKernels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Losses by a teacher's top k and their derivatives as PyTorch has them (see generate.py). */
@Tag("unit")
class DistillationLossTest {

  @Test
  void lossAndGradientArePyTorchs() throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    try (InputStream file =
        DistillationLossTest.class.getResourceAsStream("/distillation/expected.json")) {
      new JsonMapper().readTree(file).forEach(cases::add);
    }
    assertEquals(48, cases.size());
    for (JsonNode one : cases) {
      compare(one, new ReferenceKernels(DataType.DOUBLE), 1e-10);
      compare(one, new CpuKernels(1), 1e-6);
    }
  }

  private static void compare(JsonNode expected, Kernels kernels, double tolerance) {
    DistillationLoss loss =
        new DistillationLoss(
            DistillationLoss.Divergence.valueOf(
                expected.get("divergence").textValue().toUpperCase(Locale.ROOT)),
            expected.get("temperature").doubleValue(),
            expected.get("beta").doubleValue(),
            expected.get("alpha").doubleValue(),
            expected.get("ce_alpha").doubleValue());
    int k = expected.get("ids").size();
    int[] ids = new int[k];
    float[] logps = new float[k];
    for (int j = 0; j < k; j++) {
      ids[j] = expected.get("ids").get(j).intValue();
      logps[j] = (float) expected.get("logps").get(j).doubleValue();
    }
    Taught taught = new Taught(new Teaching(k, ids, logps), loss, new double[1]);
    double[] x = doubles(expected.get("logits"));
    Tensor logits = kernels.wrap(Nd4j.createFromArray(x).castTo(kernels.dataType()).reshape(1, -1));
    Tensor gradient = kernels.allocate(1, x.length);
    TokenLosses found = TokenLosses.allocate(1);
    int[] targets = {expected.get("target").intValue()};
    double[] twice = {2};
    kernels.distillation(logits, targets, taught, 0, 1, found);
    double alone = taught.divergences()[0];
    kernels.distillationWithGradient(logits, 0, targets, twice, taught, 0, 1, found, gradient);
    near(alone, taught.divergences()[0], 0, expected);
    near(expected.get("kd").doubleValue(), alone, tolerance, expected);
    near(expected.get("loss").doubleValue(), loss.of(found.nll()[0], alone), tolerance, expected);
    double[] slopes = gradient.array().castTo(DataType.DOUBLE).reshape(-1).toDoubleVector();
    double[] byLogits = doubles(expected.get("gradient"));
    for (int i = 0; i < slopes.length; i++) {
      near(2 * byLogits[i], slopes[i], 2 * tolerance, expected);
    }
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).doubleValue();
    }
    return values;
  }

  private static void near(double expected, double actual, double tolerance, JsonNode where) {
    assertTrue(
        Math.abs(expected - actual) <= tolerance * Math.max(1, Math.abs(expected)),
        () -> actual + " instead of " + expected + " in " + where);
  }

  /** The example of the class comment, of two tokens so that "any other" is the second. */
  @Test
  void workedExample() {
    Kernels kernels = new CpuKernels(1);
    Tensor logits = kernels.allocate(1, 2);
    kernels.write(FloatBuffer.wrap(new float[] {(float) Math.log(1 / 3.0), 0}), logits, 0);
    Teaching half = new Teaching(1, new int[] {0}, new float[] {(float) Math.log(0.5)});
    double[] d = new double[1];
    for (DistillationLoss.Divergence way :
        new DistillationLoss.Divergence[] {
          DistillationLoss.Divergence.REVERSE, DistillationLoss.Divergence.FORWARD
        }) {
      Tensor gradient = kernels.allocate(1, 2);
      kernels.distillationWithGradient(
          logits,
          0,
          new int[1],
          new double[] {1},
          new Taught(half, new DistillationLoss(way, 1, 0.5, 1, 0), d),
          0,
          1,
          TokenLosses.allocate(1),
          gradient);
      boolean forward = way == DistillationLoss.Divergence.FORWARD;
      assertEquals(forward ? 0.14384 : 0.13081, d[0], 5e-6);
      if (forward) {
        assertEquals(0.25 - 0.5, gradient.array().getDouble(0, 0), 1e-6);
      }
    }
  }
}
