package dev.hone.packing;

import dev.hone.formats.tokenizer.Sample;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * Cuts rows of samples as {@link Wrapped} says. The pieces of a document are numbered in their
 * order, also where they were made of several samples of it; what the cuts leave out is on the row
 * of the piece before it, or of the first one.
 */
final class WrappedRows {
  private final int capacity;

  /** The document of the last piece, and the number of a next piece of it. */
  private String document = "";

  private int next;

  WrappedRows(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Cuts what is packed together.
   *
   * @param rows samples in position order
   */
  List<Row> cut(List<Row> rows) {
    List<Sample> samples = rows.stream().map(EncodedRows::sample).toList();
    List<Wrapped.Piece> pieces = new Wrapped().pieces(samples, capacity);
    List<Row> result = new ArrayList<>(pieces.size());
    for (int i = 0; i < pieces.size(); i++) {
      Wrapped.Piece piece = pieces.get(i);
      boolean first = i == 0 || pieces.get(i - 1).sample() != piece.sample();
      boolean last = i + 1 == pieces.size() || pieces.get(i + 1).sample() != piece.sample();
      Sample whole = samples.get(piece.sample());
      Row row = rows.get(piece.sample());
      int until = last ? whole.ids().length : pieces.get(i + 1).from();
      Fitted.Loss loss = leftOut(whole, first ? 0 : piece.from(), piece, until);
      result.add(EncodedRows.piece(row, piece.of(whole), number(row), first, loss));
    }
    return result;
  }

  private int number(Row row) {
    String record = EncodedRows.recordId(row);
    int number = EncodedRows.piece(row);
    if (record.equals(document)) {
      number = Math.max(number, next);
    }
    document = record;
    next = number + 1;
    return number;
  }

  /**
   * What of a stretch of a sample is not in its piece. A stretch that was left out is that of one
   * or more whole packs, each a piece.
   */
  private Fitted.Loss leftOut(Sample whole, int from, Wrapped.Piece piece, int until) {
    int pieces = packs(piece.from() - from) + packs(until - piece.to());
    int targets = piece.from() > 0 && whole.weights()[piece.from()] > 0 ? 1 : 0;
    for (int i = from; i < until; i++) {
      if ((i < piece.from() || i >= piece.to()) && whole.weights()[i] > 0) {
        targets++;
      }
    }
    int tokens = piece.from() - from + until - piece.to();
    return new Fitted.Loss(tokens, pieces, 0, targets);
  }

  private int packs(int tokens) {
    return (tokens + capacity - 1) / capacity;
  }
}
