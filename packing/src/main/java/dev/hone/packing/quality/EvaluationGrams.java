package dev.hone.packing.quality;

import dev.hone.formats.Sha256;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * The n-grams of evaluation rows, to be sent to tasks: a sorted array of hashes for each length and
 * dataset, so 8 bytes a gram.
 *
 * <p>Worked example: with n = 13 and a row "What is the capital of France? Paris", whose 7 words
 * are one gram, {@code find("So what is the CAPITAL of France? -- Paris!")} is 7 words from word 1
 * on.
 */
public final class EvaluationGrams implements Serializable {
  private static final long serialVersionUID = 1;

  /** Nothing is found in it. */
  public static final EvaluationGrams NONE = new EvaluationGrams(List.of());

  /** Longest grams first. */
  private final ArrayList<GramSet> sets;

  private EvaluationGrams(List<GramSet> sets) {
    this.sets = new ArrayList<>(sets);
  }

  /** Those of one length and dataset. */
  private static final class GramSet implements Serializable {
    private static final long serialVersionUID = 1;

    private final int words;
    private final String dataset;
    private final long[] sorted;

    GramSet(int words, String dataset, long[] sorted) {
      this.words = words;
      this.dataset = dataset;
      this.sorted = sorted;
    }
  }

  /** A gram of a row: its hash and how many words it has. */
  public interface GramConsumer {
    void accept(long hash, int words);
  }

  /** The grams of an evaluation row: every n words, or the whole of a shorter row. */
  public static void ofRow(String text, int n, GramConsumer consumer) {
    long words = Words.count(text);
    if (words >= ContaminationRule.FEWEST_WORDS) {
      Shingles.forEach(text, n, hash -> consumer.accept(hash, (int) Math.min(words, n)));
    }
  }

  /** Collects grams in any order. */
  public static final class Builder {
    private record Key(int words, int dataset) {}

    private final ContaminationRule rule;
    private final Map<Key, LongStream.Builder> sets =
        new TreeMap<>(
            Comparator.comparingInt(Key::words).reversed().thenComparingInt(Key::dataset));

    public Builder(ContaminationRule rule) {
      this.rule = rule;
    }

    /**
     * Adds a gram.
     *
     * @param words of the gram
     * @param dataset its number in the rule
     */
    public void add(long gram, int words, int dataset) {
      sets.computeIfAbsent(new Key(words, dataset), key -> LongStream.builder()).add(gram);
    }

    /** All that were added. Use the builder no more. */
    public EvaluationGrams build() {
      List<GramSet> built = new ArrayList<>();
      sets.forEach(
          (key, grams) ->
              built.add(
                  new GramSet(
                      key.words(),
                      rule.datasets().get(key.dataset()),
                      grams.build().sorted().toArray())));
      return new EvaluationGrams(built);
    }
  }

  /** Changes with every gram, and does not depend on their order: part of the {@code prep_id}. */
  public String digest() {
    StringBuilder all = new StringBuilder();
    for (GramSet set : sets) {
      long hash = 0;
      for (long gram : set.sorted) {
        hash = Words.mix(hash * 31 + gram);
      }
      all.append("%s %d %x\n".formatted(set.dataset, set.words, hash));
    }
    return Sha256.hex(all.toString()).substring(0, 16);
  }

  /**
   * What a text shares with an evaluation row.
   *
   * @param words of the gram
   * @param word number of the first of them in the text, from 0
   */
  public record Overlap(String dataset, int words, long word) {}

  /** The first gram of the greatest length that a text shares. */
  public Optional<Overlap> find(String text) {
    for (int from = 0, to; from < sets.size(); from = to) {
      int words = sets.get(from).words;
      to = from;
      while (to < sets.size() && sets.get(to).words == words) {
        to++;
      }
      Search search = new Search(sets.subList(from, to));
      Shingles.forEach(text, words, search);
      if (search.found.isPresent()) {
        return search.found;
      }
    }
    return Optional.empty();
  }

  /** Looks up the grams of a text, which all have the length of these sets. */
  private static final class Search implements LongConsumer {
    private final List<GramSet> among;
    private Optional<Overlap> found = Optional.empty();
    private long word;

    Search(List<GramSet> among) {
      this.among = among;
    }

    @Override
    public void accept(long gram) {
      for (int i = 0; i < among.size() && found.isEmpty(); i++) {
        GramSet set = among.get(i);
        if (Arrays.binarySearch(set.sorted, gram) >= 0) {
          found = Optional.of(new Overlap(set.dataset, set.words, word));
        }
      }
      word++;
    }
  }
}
