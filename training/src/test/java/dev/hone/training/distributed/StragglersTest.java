package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.RankRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class StragglersTest {
  private final Stragglers stragglers = new Stragglers();

  /** The lines that say something, each with what it says. */
  private List<String> told(int lines, double... seconds) {
    List<String> told = new ArrayList<>();
    for (int line = 1; line <= lines; line++) {
      int at = line;
      stragglers.add(1, rows(seconds)).forEach(found -> told.add(at + " " + found.shown()));
    }
    return told;
  }

  private static List<RankRow> rows(double... seconds) {
    List<RankRow> rows = new ArrayList<>();
    for (int rank = 0; rank < seconds.length; rank++) {
      rows.add(new RankRow("r", 1, rank, "h" + rank, "e", seconds[rank], 0, 0, Instant.EPOCH));
    }
    return rows;
  }

  @Test
  void oneIsToldOnceAndAgainWhenItIsGone() {
    assertEquals(
        List.of(
            "3 rank 2 (host h2, executor e) computes 2.00 s a step and the others 1.00 s: all wait for it; see what else runs on that host, or give the job other executors"),
        told(10, 1, 1, 2));
    assertEquals(
        List.of(
            "3 rank 2 (host h2, executor e) computes 1.20 s a step and the others 1.00 s: it keeps them waiting no more"),
        told(10, 1, 1, 1.2));
    assertEquals(1, told(3, 1, 1, 2).size(), "and it may come again");
  }

  @Test
  void aSlowLineNowAndThenIsNone() {
    for (int i = 0; i < 10; i++) {
      assertEquals(List.of(), told(2, 1, 3));
      assertEquals(List.of(), told(1, 1, 1));
    }
  }

  @Test
  void theOthersAreTheMedianOfTheRest() {
    List<String> told = told(5, 1, 1, 3, 1.6);
    assertEquals(2, told.size(), "1.6 is less than the mean of the rest");
    assertTrue(
        told.get(1)
            .contains("rank 3 (host h3, executor e) computes 1.60 s a step and the others 1.00"));
  }

  @Test
  void millisecondsAreNotWorthALine() {
    assertEquals(List.of(), told(100, 1 / 1024.0, 2 / 1024.0));
    assertTrue(
        told(1000, 1 / 1024.0, 2 / 1024.0).get(0).startsWith("925 "), "until they are a second");
  }

  @Test
  void oneRankWaitsForNobody() {
    assertEquals(List.of(), told(5, 7));
  }
}
