package dev.hone.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RangesTest {

  @Test
  void neighboursAreOneRange() {
    Ranges ranges = Ranges.of(List.of(3L, 0L, 7L, 1L, 2L, 2L));
    assertEquals("0-3, 7", ranges.toString());
    assertEquals(5, ranges.size());
    assertArrayEquals(new long[] {0, 1, 2, 3, 7}, ranges.numbers().toArray());
    assertEquals(ranges, Ranges.parse("0-3, 7"));
  }

  @Test
  void noNumberIsNoText() {
    assertEquals("", Ranges.of(List.of()).toString());
    assertEquals(0, Ranges.parse("").size());
  }

  @Test
  void otherTextIsRefused() {
    for (String text : List.of("1-2-3", "a", "1,2", "-1")) {
      assertThrows(IllegalArgumentException.class, () -> Ranges.parse(text), text);
    }
  }
}
