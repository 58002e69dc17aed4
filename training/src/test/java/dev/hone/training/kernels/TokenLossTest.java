package dev.hone.training.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.training.kernels.cpu.CpuKernels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Losses of single targets and their derivatives, as PyTorch has them (tokens/generate.py). */
@Tag("unit")
class TokenLossTest {

  @Test
  void lossAndGradientArePyTorchs() throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    try (InputStream file = TokenLossTest.class.getResourceAsStream("/tokens/expected.json")) {
      new JsonMapper().readTree(file).forEach(cases::add);
    }
    assertEquals(12, cases.size());
    for (JsonNode one : cases) {
      compare(one, new ReferenceKernels(DataType.DOUBLE), 1e-7);
      compare(one, new CpuKernels(1), 1e-6);
    }
  }

  private static void compare(JsonNode expected, Kernels kernels, double tolerance) {
    TokenLoss loss =
        new TokenLoss(
            expected.get("label_smoothing").doubleValue(),
            expected.get("z_loss").doubleValue(),
            expected.get("dynamic").booleanValue());
    int vocabulary = expected.get("logits").size();
    FloatBuffer values = FloatBuffer.allocate(vocabulary);
    expected.get("logits").forEach(logit -> values.put((float) logit.doubleValue()));
    Tensor logits = kernels.allocate(1, vocabulary);
    Tensor gradient = kernels.allocate(1, vocabulary);
    kernels.write(values.flip(), logits, 0);
    TokenLosses found = TokenLosses.allocate(1);
    int[] targets = {expected.get("target").intValue()};
    double[] twice = {2};
    kernels.crossEntropyWithGradient(logits, 0, targets, twice, loss, 0, 1, found, gradient);
    near(
        expected.get("loss").doubleValue(),
        loss.of(found.nll()[0], found.logSumExp()[0], found.meanLogit()[0]),
        tolerance,
        expected);
    FloatBuffer slopes = FloatBuffer.allocate(vocabulary);
    kernels.read(gradient, 0, slopes);
    for (int i = 0; i < vocabulary; i++) {
      near(
          2 * expected.get("gradient").get(i).doubleValue(),
          slopes.get(i),
          2 * tolerance,
          expected);
    }
  }

  private static void near(double expected, double actual, double tolerance, JsonNode where) {
    assertTrue(
        Math.abs(expected - actual) <= tolerance * Math.max(1, Math.abs(expected)),
        () -> actual + " instead of " + expected + " in " + where);
  }
}
