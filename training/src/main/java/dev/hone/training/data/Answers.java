package dev.hone.training.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is known of the documents of a row that are answers to compare, each with its prompt before
 * it. The two answers of a pair are neighbours, the chosen one first.
 *
 * @param chosen {@code [S]}, whether it is the better one of its pair, or an answer that is wanted
 * @param reference {@code [S]}, log-probability of each under the reference model, in nats; empty
 *     if it is not known
 * @param margins {@code [S]}, how much better the chosen answer of its pair is, where the corpus
 *     says so; else 0
 */
public record Answers(boolean[] chosen, Optional<double[]> reference, float[] margins) {

  /** Answers of which neither reference nor margin is known. */
  public Answers(boolean... chosen) {
    this(chosen, Optional.empty(), new float[chosen.length]);
  }

  /** Whether a document is the rejected answer of a pair, and so follows the chosen one. */
  public boolean isRejected(int document) {
    return document > 0 && !chosen[document] && chosen[document - 1];
  }

  /** The same with margins. */
  public Answers withMargins(float... known) {
    return new Answers(chosen, reference, known);
  }

  /** The same with what the reference model says of each. */
  public Answers withReference(double[] known) {
    return new Answers(chosen, Optional.of(known), margins);
  }

  /** That of one document. */
  Answers of(int document) {
    return new Answers(
        new boolean[] {chosen[document]},
        reference.map(known -> new double[] {known[document]}),
        new float[] {margins[document]});
  }

  /** Those of several rows, one after the other. */
  static Optional<Answers> concat(List<PackedRow> rows) {
    if (!rows.stream().allMatch(row -> row.answers().isPresent())) {
      return Optional.empty();
    }
    List<Answers> parts = rows.stream().map(row -> row.answers().orElseThrow()).toList();
    int documents = parts.stream().mapToInt(part -> part.chosen.length).sum();
    boolean[] chosen = new boolean[documents];
    double[] reference = new double[documents];
    float[] margins = new float[documents];
    int at = 0;
    for (Answers part : parts) {
      System.arraycopy(part.chosen, 0, chosen, at, part.chosen.length);
      double[] known = part.reference.orElse(new double[part.chosen.length]);
      System.arraycopy(known, 0, reference, at, known.length);
      System.arraycopy(part.margins, 0, margins, at, part.margins.length);
      at += part.chosen.length;
    }
    boolean allKnown = parts.stream().allMatch(part -> part.reference.isPresent());
    return Optional.of(
        new Answers(chosen, allKnown ? Optional.of(reference) : Optional.empty(), margins));
  }

  @Override
  public String toString() {
    return Arrays.toString(chosen) + " " + reference.map(Arrays::toString).orElse("");
  }
}
