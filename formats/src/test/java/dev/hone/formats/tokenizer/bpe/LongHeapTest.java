package dev.hone.formats.tokenizer.bpe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class LongHeapTest {

  @Test
  void theSmallestComesFirst() {
    Random random = new Random(1);
    LongHeap heap = new LongHeap();
    PriorityQueue<Long> expected = new PriorityQueue<>();
    for (int i = 0; i < 20_000; i++) {
      if (expected.isEmpty() || random.nextInt(5) < 3) {
        long value = random.nextInt(1000) - 500L;
        heap.add(value);
        expected.add(value);
      } else {
        assertEquals(expected.remove(), heap.remove());
      }
      assertEquals(expected.isEmpty(), heap.isEmpty());
    }
    assertFalse(heap.isEmpty());
    heap.clear();
    assertTrue(heap.isEmpty());
  }
}
