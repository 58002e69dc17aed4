package dev.hone.training.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The loss and its derivatives as PyTorch finds them; see objectives/rewards.py. */
@Tag("unit")
class BradleyTerryTest {

  @Test
  void lossAndDerivativesArePyTorchs() {
    JsonNode cases = TrlCurves.read("rewards.json").get("cases");
    for (JsonNode expected : cases) {
      BradleyTerry.Cost actual =
          new BradleyTerry(expected.get("centring").doubleValue())
              .of(
                  expected.get("chosen").doubleValue(),
                  expected.get("rejected").doubleValue(),
                  expected.get("margin").doubleValue());
      near(expected, "loss", actual.value());
      near(expected, "by_chosen", actual.byChosen());
      near(expected, "by_rejected", actual.byRejected());
    }
    assertEquals(7, cases.size());
  }

  @Test
  void workedExample() {
    assertEquals(0.69315, new BradleyTerry(0).of(0, 0, 0).value(), 5e-6);
    assertEquals(0.69315 + 0.04, new BradleyTerry(0.01).of(1.5, 0.5, 1).value(), 5e-6);
  }

  private static void near(JsonNode expected, String name, double actual) {
    double value = expected.get(name).doubleValue();
    assertTrue(
        Math.abs(actual - value) <= 1e-12 * Math.max(1, Math.abs(value)),
        () -> name + " of " + expected + ": " + actual);
  }
}
