package dev.hone.training.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Packs cut by the data set of their documents, which do not depend on each other: each set has the
 * packs that it has documents in, with those documents alone.
 *
 * @param packs all of them
 * @param ofDocuments of each pack the data set of each document; empty if nobody asks
 */
public record PackSets(PackSource packs, List<List<String>> ofDocuments) {

  /**
   * Checks that nothing is known of some packs alone, which would be taken for others.
   *
   * @throws IllegalArgumentException if it is
   */
  public PackSets {
    if (!ofDocuments.isEmpty() && ofDocuments.size() != packs.size()) {
      throw new IllegalArgumentException(
          "%d packs, and data sets of %d".formatted(packs.size(), ofDocuments.size()));
    }
  }

  /** The packs of each data set, by name; empty if nobody asks. */
  public SortedMap<String, PackSource> byName() {
    Map<String, List<Integer>> found = new LinkedHashMap<>();
    for (int pack = 0; pack < ofDocuments.size(); pack++) {
      for (String set : ofDocuments.get(pack).stream().distinct().toList()) {
        found.computeIfAbsent(set, name -> new ArrayList<>()).add(pack);
      }
    }
    SortedMap<String, PackSource> byName = new TreeMap<>();
    found.forEach(
        (set, numbers) ->
            byName.put(set, new OfSet(this, set, numbers.stream().mapToInt(i -> i).toArray())));
    return byName;
  }

  /** The same of packs that know more, with the same documents. */
  public PackSets with(PackSource known) {
    return new PackSets(known, ofDocuments);
  }

  private record OfSet(PackSets all, String set, int[] numbers) implements PackSource {
    @Override
    public long size() {
      return numbers.length;
    }

    @Override
    public int longest() {
      return all.packs.longest();
    }

    @Override
    public PackedRow read(long pack) {
      int number = numbers[Math.toIntExact(pack)];
      List<String> sets = all.ofDocuments.get(number);
      return documents(all.packs.read(number), document -> sets.get(document).equals(set));
    }

    @Override
    public boolean isReferenced() {
      return all.packs.isReferenced();
    }
  }

  /** Some documents of a row, with all that is known of them; the row itself, if they are all. */
  static PackedRow documents(PackedRow row, IntPredicate wanted) {
    int[] kept = IntStream.range(0, row.documentStarts().length).filter(wanted).toArray();
    if (kept.length == row.documentStarts().length) {
      return row;
    }
    return PackedRow.concat(Arrays.stream(kept).mapToObj(row::document).toList());
  }
}
