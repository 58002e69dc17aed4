package dev.hone.jobs.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class TicksTest {

  private static List<String> shown(double least, double most) {
    Ticks ticks = Ticks.around(least, most);
    return ticks.values().stream().map(ticks::shown).toList();
  }

  @Test
  void areRoundNumbersAroundAllValues() {
    assertEquals(List.of("0.5", "1.0", "1.5", "2.0", "2.5"), shown(0.61, 2.3));
    assertEquals(List.of("0", "500", "1,000", "1,500", "2,000"), shown(1, 1999));
    assertEquals(List.of("0", "5.0e-06", "1.0e-05", "1.5e-05", "2.0e-05"), shown(0, 2e-5));
  }

  @Test
  void oneValueHasRoomAroundIt() {
    for (double value : new double[] {0, 3, -3, 1e-9}) {
      Ticks ticks = Ticks.around(value, value);
      assertTrue(ticks.at(value) > 0.2 && ticks.at(value) < 0.8, ticks::toString);
    }
  }
}
