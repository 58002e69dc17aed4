package dev.hone.training.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What one forward pass reads: the packs of a micro-batch, one after the other. Documents are
 * independent, so a micro-batch of several packs is just one longer row, without padding.
 *
 * @param inputIds token ids {@code [T]}
 * @param lossWeights {@code [T]}, the weight of inputIds[t] as the target predicted from t-1; 0 at
 *     every document start
 * @param documentStarts {@code [S]} offsets of the first tokens of the documents, ascending, first
 *     0
 * @param answers what the documents are, if they are answers to compare
 * @param teaching what a teacher says of the targets, if one was asked
 */
public record PackedRow(
    int[] inputIds,
    float[] lossWeights,
    int[] documentStarts,
    Optional<Answers> answers,
    Optional<Teaching> teaching) {

  /**
   * Checks what the teacher says.
   *
   * @throws IllegalArgumentException if it is of another number of targets
   */
  public PackedRow {
    if (teaching.isPresent()) {
      int targets = targets(lossWeights);
      if (teaching.get().targets() != targets) {
        throw new IllegalArgumentException(
            "a row of " + targets + " targets, but a teaching of " + teaching.get().targets());
      }
    }
  }

  /** A row of documents that are not compared. */
  public PackedRow(int[] inputIds, float[] lossWeights, int[] documentStarts) {
    this(inputIds, lossWeights, documentStarts, Optional.empty(), Optional.empty());
  }

  /** The same tokens with other loss weights, and so without what a teacher said of the targets. */
  public PackedRow withWeights(float[] weights) {
    return new PackedRow(inputIds, weights, documentStarts, answers, Optional.empty());
  }

  /** The same tokens as answers to compare. */
  public PackedRow withAnswers(Answers known) {
    return new PackedRow(inputIds, lossWeights, documentStarts, Optional.of(known), teaching);
  }

  /**
   * The same tokens with what a teacher says of the targets.
   *
   * @throws IllegalArgumentException if it is of another number of targets
   */
  public PackedRow withTeaching(Teaching said) {
    return new PackedRow(inputIds, lossWeights, documentStarts, answers, Optional.of(said));
  }

  /** Where a document ends: the start of the next, or the end of the row. */
  public int documentEnd(int document) {
    return document + 1 < documentStarts.length ? documentStarts[document + 1] : length();
  }

  /** A document as a row of its own, with all that is known of it. */
  public PackedRow document(int document) {
    int from = documentStarts[document];
    int to = documentEnd(document);
    PackedRow row =
        new PackedRow(
            Arrays.copyOfRange(inputIds, from, to),
            Arrays.copyOfRange(lossWeights, from, to),
            new int[] {0},
            answers.map(known -> known.of(document)),
            Optional.empty());
    if (teaching.isEmpty()) {
      return row;
    }
    int before = targets(Arrays.copyOf(lossWeights, from));
    return row.withTeaching(teaching.get().of(before, row.targets()));
  }

  /** Neighbouring documents as a row of their own, with all that is known of them. */
  public PackedRow documents(int from, int to) {
    return concat(IntStream.range(from, to).mapToObj(this::document).toList());
  }

  /** Number of tokens of a document with a loss weight above 0. */
  public int targets(int document) {
    int targets = 0;
    for (int t = documentStarts[document]; t < documentEnd(document); t++) {
      targets += lossWeights[t] > 0 ? 1 : 0;
    }
    return targets;
  }

  /** Number of tokens. */
  public int length() {
    return inputIds.length;
  }

  /** Number of tokens with a loss weight. */
  public int targets() {
    return targets(lossWeights);
  }

  private static int targets(float[] weights) {
    int targets = 0;
    for (float weight : weights) {
      targets += weight != 0 ? 1 : 0;
    }
    return targets;
  }

  /** Sum of the loss weights: the part of this row in the divisor of the loss. */
  public double weightSum() {
    double sum = 0;
    for (float weight : lossWeights) {
      sum += weight;
    }
    return sum;
  }

  /** The packs of a micro-batch as one row; the starts of each shift by what is before it. */
  public static PackedRow concat(List<PackedRow> rows) {
    int tokens = rows.stream().mapToInt(PackedRow::length).sum();
    int documents = rows.stream().mapToInt(row -> row.documentStarts.length).sum();
    int[] ids = new int[tokens];
    float[] weights = new float[tokens];
    int[] starts = new int[documents];
    int token = 0;
    int document = 0;
    for (PackedRow row : rows) {
      System.arraycopy(row.inputIds, 0, ids, token, row.length());
      System.arraycopy(row.lossWeights, 0, weights, token, row.length());
      for (int start : row.documentStarts) {
        starts[document++] = token + start;
      }
      token += row.length();
    }
    return new PackedRow(ids, weights, starts, Answers.concat(rows), Teaching.concat(rows));
  }
}
