package dev.hone.jobs.report;

import dev.hone.formats.tables.PackRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A document as it lies in a pack.
 *
 * @param place where it was read from, empty if its record is gone
 * @param answer of answers to compare: which one it is
 * @param inputIds token ids {@code [T]}
 * @param lossWeights {@code [T]}, the weight of inputIds[t] as a target
 */
record PackedDocument(
    String recordId,
    Place place,
    Optional<String> answer,
    long packId,
    int[] inputIds,
    float[] lossWeights) {
  private static final int OF_ONE_DATASET = 2;
  private static final int MOST = 6;

  /**
   * Where a document came from.
   *
   * @param dataset empty if that is not known
   */
  record Place(String dataset, String source, Optional<Long> line) {
    static final Place UNKNOWN = new Place("", "", Optional.empty());
  }

  /** Tokens that are trained. */
  int trained() {
    int trained = 0;
    for (float weight : lossWeights) {
      trained += weight > 0 ? 1 : 0;
    }
    return trained;
  }

  /** All documents of a pack, in its order. */
  static List<PackedDocument> of(PackRow pack, Function<String, Place> places) {
    List<PackedDocument> documents = new ArrayList<>();
    int[] starts = pack.documentStarts();
    for (int i = 0; i < starts.length; i++) {
      int end = i + 1 < starts.length ? starts[i + 1] : pack.inputIds().length;
      String record = pack.recordIds().get(i);
      int document = i;
      documents.add(
          new PackedDocument(
              record,
              places.apply(record),
              pack.answers().map(answers -> answers.get(document)),
              pack.packId(),
              Arrays.copyOfRange(pack.inputIds(), starts[i], end),
              Arrays.copyOfRange(pack.lossWeights(), starts[i], end)));
    }
    return documents;
  }

  /** A few of them, in their order, of every dataset some; both answers of a pair are two. */
  static List<PackedDocument> chosen(List<PackedDocument> all) {
    Map<String, Integer> taken = new HashMap<>();
    return all.stream()
        .filter(one -> taken.merge(one.place.dataset, 1, Integer::sum) <= OF_ONE_DATASET)
        .limit(MOST)
        .toList();
  }
}
