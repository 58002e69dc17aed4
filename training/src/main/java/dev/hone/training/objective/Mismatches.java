package dev.hone.training.objective;

import dev.hone.training.collective.Exchange;
import dev.hone.training.data.PackedRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Prompts with answers that are not theirs, to see how far a policy has gone from its reference:
 * every prompt with the answer of the document before it, the first with that of the last, as TRL
 * turns the answers of a batch by one. They are laid side by side into passes.
 *
 * <p>Worked example: documents {@code a b | x}, {@code c | y z} and {@code d | w}, prompts before
 * the bar, give {@code a b | w}, {@code c | x} and {@code d | y z}.
 */
final class Mismatches {
  private final int longest;
  private final int maxTokens;
  private final Consumer<PackedRow> passes;
  private List<PackedRow> pass = new ArrayList<>();
  private int tokens;

  private Mismatches(int longest, int maxTokens, Consumer<PackedRow> passes) {
    this.longest = longest;
    this.maxTokens = maxTokens;
    this.passes = passes;
  }

  /**
   * Makes the passes. However the documents are cut into rows, and however the rows are dealt to
   * ranks, the mismatches are the same; those of a rank share its passes.
   *
   * @param rows how many this rank has; each is read once, the last twice
   * @param row a row by its number
   * @param longest tokens that a mismatch is cut to
   * @param maxTokens tokens of a pass
   * @param ranks who has the other rows of the batch: those of all, one rank after the other, are
   *     the batch in its order
   * @param passes takes them, in order
   */
  static void of(
      long rows,
      LongFunction<PackedRow> row,
      int longest,
      int maxTokens,
      Exchange ranks,
      Consumer<PackedRow> passes) {
    Mismatches mismatches = new Mismatches(longest, maxTokens, passes);
    PackedRow before =
        LastAnswers.before(rows == 0 ? Optional.empty() : Optional.of(row.apply(rows - 1)), ranks);
    int answer = 0;
    for (long i = 0; i < rows; i++) {
      PackedRow current = row.apply(i);
      for (int document = 0; document < current.documentStarts().length; document++) {
        mismatches.add(mismatch(current, document, before, answer, longest));
        before = current;
        answer = document;
      }
    }
    if (rows > 0) {
      mismatches.close();
    }
  }

  private void add(PackedRow mismatch) {
    if (tokens + mismatch.length() > maxTokens) {
      close();
    }
    pass.add(mismatch);
    tokens += mismatch.length();
  }

  private void close() {
    passes.accept(PackedRow.concat(pass));
    pass = new ArrayList<>();
    tokens = 0;
  }

  /** The prompt of one document, and the answer of another with its weights. */
  private static PackedRow mismatch(
      PackedRow prompts, int prompt, PackedRow answers, int answer, int longest) {
    int begin = prompts.documentStarts()[prompt];
    int first = firstOfAnswer(answers, answer);
    int before = firstOfAnswer(prompts, prompt) - begin;
    int length = Math.min(longest, before + answers.documentEnd(answer) - first);
    int[] ids = Arrays.copyOfRange(prompts.inputIds(), begin, begin + length);
    float[] weights = new float[length];
    if (length > before) {
      System.arraycopy(answers.inputIds(), first, ids, before, length - before);
      System.arraycopy(answers.lossWeights(), first, weights, before, length - before);
    }
    return new PackedRow(ids, weights, new int[] {0});
  }

  static int firstOfAnswer(PackedRow row, int document) {
    int t = row.documentStarts()[document];
    while (t < row.documentEnd(document) && row.lossWeights()[t] == 0) {
      t++;
    }
    return t;
  }
}
