package dev.hone.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * ROUGE-L (Lin 2004), as the Python package {@code rouge-score} computes {@code rougeL} without a
 * stemmer: the longest run of words that both texts have in the same order, not necessarily side by
 * side, as F-measure of its share of either text.
 *
 * <p>Words are runs of a to z and 0 to 9 after lower-casing; whatever else a text holds separates
 * them. With L the length of the common run, {@code P = L / words of the answer}, {@code R = L /
 * words of the reference}, {@code F = 2 P R / (P + R)}. A text without words has 0.
 *
 * <p>Worked example: "the cat sat" and "the cat is on the mat" have "the cat" in common: P = 2/3, R
 * = 2/6, F = 4/9.
 */
public final class RougeL {
  private RougeL() {}

  /** The F-measure of an answer, from 0 to 1. */
  public static double f(String answer, String reference) {
    List<String> found = words(answer);
    List<String> expected = words(reference);
    int common = longestCommon(found, expected);
    if (common == 0) {
      return 0;
    }
    double precision = (double) common / found.size();
    double recall = (double) common / expected.size();
    return 2 * precision * recall / (precision + recall);
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (String word : text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+", -1)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  /** Length of the longest common subsequence, a row of the table at a time. */
  private static int longestCommon(List<String> a, List<String> b) {
    int[] above = new int[b.size() + 1];
    for (String word : a) {
      int[] row = new int[b.size() + 1];
      for (int j = 1; j <= b.size(); j++) {
        row[j] = word.equals(b.get(j - 1)) ? above[j - 1] + 1 : Math.max(above[j], row[j - 1]);
      }
      above = row;
    }
    return above[b.size()];
  }
}
