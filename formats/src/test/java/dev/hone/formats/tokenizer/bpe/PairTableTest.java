package dev.hone.formats.tokenizer.bpe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PairTableTest {

  @Test
  void holdsTheLastValueOfEachPair() {
    Random random = new Random(1);
    PairTable table = new PairTable(20_000);
    Map<List<Integer>, Long> expected = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      int left = random.nextInt(100);
      int right = i % 3 == 0 ? Integer.MAX_VALUE - random.nextInt(100) : random.nextInt(100);
      table.put(left, right, i);
      expected.put(List.of(left, right), (long) i);
    }
    expected.forEach((pair, value) -> assertEquals(value, table.get(pair.get(0), pair.get(1))));
    assertEquals(PairTable.NONE, table.get(100, 0));
    assertEquals(PairTable.NONE, table.get(0, Integer.MAX_VALUE - 100));
    assertEquals(PairTable.NONE, new PairTable(0).get(0, 0));
  }
}
