package dev.hone.training.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The loss and its derivative as PyTorch finds them; see objectives/generate.py. */
@Tag("unit")
class KtoLossTest {

  @Test
  void lossAndDerivativeArePyTorchs() throws IOException {
    JsonNode answers =
        new JsonMapper()
            .readTree(KtoLossTest.class.getResource("/objectives/expected.json"))
            .get("labelled");
    for (JsonNode expected : answers.get("cases")) {
      KtoLoss loss =
          new KtoLoss(
              expected.get("beta").doubleValue(),
              expected.get("desirable").doubleValue(),
              expected.get("undesirable").doubleValue());
      boolean kto = expected.get("kind").textValue().equals("kto");
      double kl = kto ? Math.max(0, expected.get("kl").doubleValue()) : 0;
      for (int i = 0; i < answers.get("wanted").size(); i++) {
        Slope actual =
            loss.of(
                answers.get("wanted").get(i).booleanValue(),
                answers.get("logp").get(i).doubleValue() - answers.get("ref").get(i).doubleValue(),
                kl);
        String name = "answer " + i + " of " + expected.get("kind") + " " + loss;
        near(name + ": loss", actual.value(), expected.get("loss").get(i).doubleValue());
        near(name + ": slope", actual.slope(), expected.get("by_logp").get(i).doubleValue());
      }
    }
    assertEquals(6, answers.get("cases").size());
  }

  @Test
  void workedExample() {
    KtoLoss loss = new KtoLoss(0.1, 1, 1);
    assertEquals(0.5, loss.of(true, 0, 0).value());
    assertEquals(0.5, loss.of(false, 0, 0).value());
    assertEquals(0.26894, loss.of(true, 15, 5).value(), 5e-6);
    assertEquals(0.73106, loss.of(false, 15, 5).value(), 5e-6);
  }

  @Test
  void noValueOverflows() {
    KtoLoss loss = new KtoLoss(0.5, 1, 1);
    assertEquals(1, loss.of(true, -9000, 3000).value(), 1e-12);
    assertEquals(0, loss.of(false, -9000, 3000).value(), 1e-12);
  }

  private static void near(String name, double actual, double expected) {
    assertTrue(Math.abs(actual - expected) <= 1e-12, () -> name + ": " + actual + ", " + expected);
  }
}
