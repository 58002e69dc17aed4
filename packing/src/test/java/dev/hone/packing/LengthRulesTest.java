package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.tokenizer.Sample;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class LengthRulesTest {

  private static final int[] FOUR = {5, 6, 7, 8};

  @Test
  void truncateDoesItsWorkedExample() throws RefusedRecord {
    Sample cut =
        new LengthRules(3, 2, ExcessLength.TRUNCATE)
            .apply(new Sample(FOUR, new float[] {0, 0, 1, 1}));
    assertArrayEquals(new int[] {5, 6, 7}, cut.ids());
    assertArrayEquals(new float[] {0, 0, 1}, cut.weights());
  }

  @Test
  void aSampleThatFitsStaysAsItIs() throws RefusedRecord {
    Sample four = new Sample(FOUR, new float[] {0, 0, 0.5f, 1});
    for (ExcessLength strategy : ExcessLength.values()) {
      assertEquals(four, new LengthRules(4, 2, strategy).apply(four));
    }
  }

  @Test
  void longerOnesAreRefusedUnlessTruncated() {
    for (ExcessLength strategy : new ExcessLength[] {ExcessLength.DROP, ExcessLength.RAISE}) {
      RefusedRecord refusal = refused(new LengthRules(3, 2, strategy), FOUR, 0, 1, 1, 1);
      assertEquals("too_long", refusal.reason());
      assertTrue(refusal.getMessage().contains("4 tokens, sequence_len is 3"));
    }
  }

  @Test
  void shorterOnesAreRefused() {
    LengthRules rules = new LengthRules(8, 5, ExcessLength.DROP);
    RefusedRecord refusal = refused(rules, FOUR, 0, 1, 1, 1);
    assertEquals("too_short", refusal.reason());
    assertTrue(refusal.getMessage().contains("4 tokens, min_sample_len is 5"));
  }

  @Test
  void aSampleWhoseTargetsAreCutOffIsRefusedAndSaysSo() {
    RefusedRecord refusal = refused(new LengthRules(3, 2, ExcessLength.TRUNCATE), FOUR, 0, 0, 0, 1);
    assertEquals("no_trained_token", refusal.reason());
    assertTrue(refusal.getMessage().contains("first 3 of 4"));
  }

  @Test
  void anUnknownStrategyIsRefusedWithTheKnownOnes() {
    assertEquals(ExcessLength.TRUNCATE, ExcessLength.named("truncate"));
    var refusal = assertThrows(HoneException.class, () -> ExcessLength.named("cut"));
    assertTrue(refusal.getMessage().contains("'cut' is unknown; use one of drop, truncate, raise"));
  }

  private static RefusedRecord refused(LengthRules rules, int[] ids, float... weights) {
    return assertThrows(RefusedRecord.class, () -> rules.apply(new Sample(ids, weights)));
  }
}
