package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.tokenizer.Sample;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class TokenCutTest {

  private static TokenCut cut(int sequenceLen, int minSampleLen) {
    return new TokenCut(new LengthRules(sequenceLen, minSampleLen));
  }

  @Test
  void splitDoesItsWorkedExample() throws RefusedRecord {
    Sample whole =
        new Sample(
            new int[] {1, 5, 6, 7, 8, 9, 10, 11, 2}, new float[] {0, 1, 1, 1, 1, 1, 1, 1, 1});
    Fitted fitted = cut(4, 2).split(whole);
    assertSamples(
        fitted.samples(),
        new int[][] {{1, 5, 6, 7}, {8, 9, 10}, {11, 2}},
        new float[][] {{0, 1, 1, 1}, {0, 1, 1}, {0, 1}});
    assertEquals(new Fitted.Loss(0, 0, 0, 2), fitted.loss());
    assertArrayEquals(
        new float[] {0, 1, 1, 1, 1, 1, 1, 1, 1}, whole.weights(), "the sample given stays");
  }

  @Test
  void aPieceThatTrainsNothingIsLeftOutAndCounted() throws RefusedRecord {
    Sample whole =
        new Sample(
            new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, new float[] {0, 0, 0, 0, 0, 1, 0.5f, 1, 0});
    Fitted fitted = cut(3, 2).split(whole);
    assertSamples(
        fitted.samples(), new int[][] {{4, 5, 6}, {7, 8, 9}}, new float[][] {{0, 0, 1}, {0, 1, 0}});
    assertEquals(new Fitted.Loss(3, 1, 0, 1), fitted.loss());
  }

  @Test
  void aTooShortPieceIsLeftOutWhereTheOneBeforeCannotHelp() throws RefusedRecord {
    Fitted fitted =
        cut(3, 3).split(new Sample(new int[] {1, 2, 3, 4, 5}, new float[] {0, 1, 1, 1, 1}));
    assertSamples(fitted.samples(), new int[][] {{1, 2, 3}}, new float[][] {{0, 1, 1}});
    assertEquals(new Fitted.Loss(2, 1, 0, 1), fitted.loss());
  }

  @Test
  void theLastPieceIsNeverTheClosingTokenAlone() {
    assertArrayEquals(new int[] {4, 3, 2}, cut(4, 1).lengths(9));
    assertArrayEquals(new int[] {4, 4, 2}, cut(4, 2).lengths(10));
    assertArrayEquals(new int[] {8, 5, 5}, cut(8, 5).lengths(18), "min_sample_len");
    assertArrayEquals(new int[] {2, 1}, cut(2, 2).lengths(3), "no two can be had");
  }

  @Test
  void aSampleWhosePiecesAllTrainNothingIsRefused() {
    RefusedRecord refusal =
        assertThrows(
            RefusedRecord.class,
            () -> cut(2, 2).split(new Sample(new int[] {1, 2, 3, 4}, new float[] {0, 0, 1, 0})));
    assertEquals("too_long", refusal.reason());
    assertTrue(refusal.getMessage().contains("none of the 2 pieces"), refusal.getMessage());
  }

  @Test
  void truncateDoesItsWorkedExample() throws RefusedRecord {
    Fitted fitted =
        cut(3, 2).truncate(new Sample(new int[] {5, 6, 7, 8}, new float[] {0, 0, 1, 1}));
    assertSamples(fitted.samples(), new int[][] {{5, 6, 7}}, new float[][] {{0, 0, 1}});
    assertEquals(new Fitted.Loss(1, 0, 0, 0), fitted.loss());
  }

  @Test
  void aSampleWhoseTargetsAreCutOffIsRefusedAndSaysSo() {
    RefusedRecord refusal =
        assertThrows(
            RefusedRecord.class,
            () -> cut(3, 2).truncate(new Sample(new int[] {5, 6, 7, 8}, new float[] {0, 0, 0, 1})));
    assertEquals("too_long", refusal.reason());
    assertTrue(refusal.getMessage().contains("first 3 of 4"), refusal.getMessage());
  }

  static void assertSamples(List<Sample> samples, int[][] ids, float[][] weights) {
    assertEquals(
        Arrays.deepToString(ids),
        Arrays.deepToString(samples.stream().map(Sample::ids).toArray(int[][]::new)));
    assertEquals(
        Arrays.deepToString(weights),
        Arrays.deepToString(samples.stream().map(Sample::weights).toArray(float[][]::new)));
  }
}
