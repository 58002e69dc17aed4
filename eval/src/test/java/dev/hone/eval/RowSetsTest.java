package dev.hone.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RowSetsTest {
  private static final Optional<String> SAME = Optional.empty();

  private static List<Object> row(Object... values) {
    return Collections.unmodifiableList(Arrays.asList(values));
  }

  private static Optional<String> unordered(List<List<Object>> expected, List<List<Object>> found) {
    return RowSets.difference(expected, found, false);
  }

  @Test
  void theOrderCountsOnlyIfOneIsAskedFor() {
    List<List<Object>> one = List.of(row(1, 0.3), row(2, null));
    List<List<Object>> other = List.of(row(2, null), row(1, 0.1 + 0.2));
    assertEquals(SAME, unordered(one, other));
    assertEquals(
        Optional.of("row 1 is [2, null], not [1, 0.3]"), RowSets.difference(one, other, true));
    assertEquals(SAME, RowSets.difference(other, List.of(row(2L, null), row(1L, 0.3)), true));
  }

  @Test
  void rowsCountAsOftenAsTheyOccur() {
    assertEquals(Optional.of("1 rows, not 2"), unordered(List.of(row(1), row(1)), List.of(row(1))));
    assertEquals(
        Optional.of("other rows"),
        unordered(List.of(row(1), row(1), row(2)), List.of(row(1), row(2), row(2))));
  }

  @Test
  void columnsAreComparedByTheirPlace() {
    assertEquals(
        Optional.of("2 columns, not 1"), unordered(List.of(row("a")), List.of(row("a", "b"))));
    assertEquals(
        Optional.of("other rows"), unordered(List.of(row("a", "b")), List.of(row("b", "a"))));
  }

  @Test
  void nothingIsTheSameAsNothing() {
    assertEquals(SAME, unordered(List.of(), List.of()));
    assertEquals(Optional.of("1 rows, not 0"), unordered(List.of(), List.of(row(1))));
  }

  @Test
  void numbersAreComparedByValueAndFractionsNearly() {
    assertEquals(SAME, unordered(List.of(row(3)), List.of(row(3L))));
    assertEquals(SAME, unordered(List.of(row(3)), List.of(row(new BigDecimal("3.00")))));
    assertEquals(SAME, unordered(List.of(row(1e6)), List.of(row(1e6 + 0.5))));
    assertEquals(Optional.of("other rows"), unordered(List.of(row(1e6)), List.of(row(1e6 + 2))));
    assertEquals(SAME, unordered(List.of(row(Double.NaN)), List.of(row(Double.NaN))));
    assertEquals(Optional.of("other rows"), unordered(List.of(row(Double.NaN)), List.of(row(1.0))));
    assertEquals(Optional.of("other rows"), unordered(List.of(row(1.0)), List.of(row(Double.NaN))));
    assertEquals(
        Optional.of("other rows"), unordered(List.of(row(0.0)), List.of(row((Object) null))));
    assertEquals(Optional.of("other rows"), unordered(List.of(row(3)), List.of(row("3"))));
    assertEquals(
        Optional.of("other rows"), unordered(List.of(row(1L << 53)), List.of(row((1L << 53) + 1))));
  }

  /** Sorted by the first column the second ones would meet the wrong way round. */
  @Test
  void nearlyEqualFractionsAreMatchedByAllOfTheRow() {
    assertEquals(
        SAME,
        unordered(
            List.of(row(1.0, 5.0), row(1.0000001, 3.0)),
            List.of(row(1.0000001, 5.0), row(1.0, 3.0))));
  }

  @Test
  void shuffledRowsAreTheSame() {
    Random random = new Random(7);
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      rows.add(row(random.nextInt(3), random.nextDouble(), random.nextBoolean() ? "a" : null));
    }
    List<List<Object>> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, random);
    assertEquals(SAME, unordered(rows, shuffled));
    shuffled.set(9, row(shuffled.get(9).get(0), 2.0, shuffled.get(9).get(2)));
    assertEquals(Optional.of("other rows"), unordered(rows, shuffled));
  }
}
