package dev.hone.training.parallel;

import java.util.ArrayList;
import java.util.List;

/**
 * Runs that ranks send each other as one piece.
 *
 * @param runs one after the other, those of later parameters first
 * @param cuts the elements of rank r are those from {@code cuts[r]} to {@code cuts[r + 1]}
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares buckets.
record Bucket(List<Run> runs, int[] cuts) {
  Bucket {
    runs = List.copyOf(runs);
  }

  /** Elements. */
  int length() {
    return cuts[cuts.length - 1];
  }

  /** The least of its parameters' places in the list. */
  int firstParameter() {
    return runs.get(runs.size() - 1).parameter();
  }

  /** What a rank has of it. */
  List<Run> part(int rank) {
    return between(cuts[rank], cuts[rank + 1]);
  }

  /** The runs of its elements from one to another. */
  List<Run> between(int begin, int end) {
    List<Run> found = new ArrayList<>();
    int at = 0;
    for (Run run : runs) {
      int first = Math.max(begin, at);
      int last = Math.min(end, at + run.length());
      if (first < last) {
        found.add(new Run(run.parameter(), run.from() + first - at, last - first));
      }
      at += run.length();
    }
    return found;
  }
}
