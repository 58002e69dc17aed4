package dev.hone.training.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("unit")
@Timeout(60)
class TurnsTest {
  private final Turns turns = new Turns();
  private final List<String> order = new ArrayList<>();

  private void add(int strand, String name) {
    turns.take(strand, () -> order.add(name));
  }

  /** The first strand is as late as it can be. */
  @Test
  void theOrderIsThatOfTheStrandsWhoeverIsFirst() throws InterruptedException {
    turns.begin(2);
    Thread second =
        new Thread(
            () -> {
              add(1, "second, head");
              turns.endPhase(1);
              add(1, "second, embedding");
              turns.leave(1);
            });
    second.start();
    Thread.sleep(50);
    assertEquals(List.of(), order);
    add(0, "first, head");
    add(0, "first, head again");
    turns.endPhase(0);
    Thread.sleep(50);
    add(0, "first, embedding");
    turns.leave(0);
    second.join();
    assertEquals(
        List.of(
            "first, head",
            "second, head",
            "first, head again",
            "first, embedding",
            "second, embedding"),
        order);
  }

  @Test
  void nobodyWaitsForAStrandThatFailed() throws InterruptedException {
    turns.begin(2);
    List<Throwable> seen = new ArrayList<>();
    Thread second =
        new Thread(() -> seen.add(assertThrows(CancellationException.class, () -> add(1, "x"))));
    second.start();
    turns.fail();
    second.join();
    assertEquals("another strand of the pass has failed", seen.get(0).getMessage());
    turns.begin(1);
    add(0, "alone");
    assertEquals(List.of("alone"), order);
  }
}
