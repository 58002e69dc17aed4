package dev.hone.jobs.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ParityOfLogitsTest {

  /** The worked example of the class, beside a position that is the same. */
  @Test
  void measuresTheWorkedExample() {
    float[] model = {0, (float) Math.log(3)};
    Parity parity = Parity.of(List.of(model, model), List.of(new float[] {0, 0}, model));
    assertEquals(Math.log(3), parity.difference(), 1e-6);
    assertEquals(Math.log(3), parity.size(), 1e-6);
    assertEquals(0.1308 / 2, parity.divergence(), 1e-4);
    assertEquals(1, parity.agreement());
    assertEquals(2, parity.positions());
  }

  @Test
  void noNumberIsNeverCloseEnough() {
    Tolerance all = new Tolerance(1e30, 1e30);
    float[] model = {1, 2};
    assertTrue(all.holds(Parity.of(List.of(model), List.of(new float[] {5, 6}))));
    assertFalse(all.holds(Parity.of(List.of(model), List.of(new float[] {1, Float.NaN}))));
    assertFalse(
        new Tolerance(0.1, 1).holds(Parity.of(List.of(model), List.of(new float[] {1, 2.3f}))));
    assertFalse(
        new Tolerance(1, 1e-4).holds(Parity.of(List.of(model), List.of(new float[] {1, 2.3f}))));
  }
}
