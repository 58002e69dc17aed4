package dev.hone.training.model;

import dev.hone.training.data.PackedRow;
import java.util.ArrayList;
import java.util.List;

/**
 * Documents of a row that one decoder computes while others compute the rest.
 *
 * <p>Worked example: documents of 300, 200, 400 and 124 tokens on two decoders are parts of 500 and
 * 524. Documents of 1,000 and 24 are not cut: one thread would wait for the other.
 *
 * @param row the documents
 * @param firstToken where they begin in the row that was cut
 */
record Part(PackedRow row, int firstToken) {
  /** A part may be so many times as long as if all were equally long. */
  private static final double UNEVEN = 1.5;

  /**
   * Cuts a row in as many parts as a model has decoders, or fewer; not at all if they would be of
   * very different length, unless the row is too long for one decoder.
   *
   * @throws IllegalArgumentException if its documents do not fit the parts
   */
  static List<Part> of(PackedRow row, Room room) {
    List<Part> whole = List.of(new Part(row, 0));
    boolean fits = row.length() <= room.capacity();
    if (room.strands() == 1 || fits && row.documentStarts().length == 1) {
      return whole;
    }
    int longest = shortestOfLongest(row, room.strands());
    if (fits && longest * room.strands() > UNEVEN * row.length()) {
      return whole;
    }
    if (longest > room.part()) {
      throw new IllegalArgumentException(
          "%d tokens in %d documents do not fit %d parts of %d tokens"
              .formatted(row.length(), row.documentStarts().length, room.strands(), room.part()));
    }
    List<Part> parts = new ArrayList<>();
    for (int document = 0; document < row.documentStarts().length; ) {
      int end = end(row, document, longest);
      parts.add(new Part(row.documents(document, end), row.documentStarts()[document]));
      document = end;
    }
    return parts;
  }

  /** How long the longest part has to be at least. */
  private static int shortestOfLongest(PackedRow row, int parts) {
    int low = 1;
    int high = row.length();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (fits(row, middle, parts)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return high;
  }

  private static boolean fits(PackedRow row, int longest, int parts) {
    int document = 0;
    for (int part = 0; part < parts && document < row.documentStarts().length; part++) {
      document = end(row, document, longest);
    }
    return document == row.documentStarts().length;
  }

  /** The first document that no longer fits a part of that length, which begins with another. */
  private static int end(PackedRow row, int first, int longest) {
    int end = first;
    while (end < row.documentStarts().length
        && row.documentEnd(end) - row.documentStarts()[first] <= longest) {
      end++;
    }
    return end;
  }
}
