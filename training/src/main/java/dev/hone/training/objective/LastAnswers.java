package dev.hone.training.objective;

import dev.hone.training.collective.Exchange;
import dev.hone.training.data.PackedRow;
import java.util.Optional;

/** The last answers of the ranks of a batch, which the first prompts of others get. */
final class LastAnswers {
  private LastAnswers() {}

  /**
   * The answer before the first of this rank, as a row of its own without its prompt: the last of
   * the rank before it that has any; before the first rank comes the last.
   *
   * @param last row of this rank; empty: it has none
   * @return empty if no rank has any
   */
  static PackedRow before(Optional<PackedRow> last, Exchange ranks) {
    double[][] rows = ranks.rows(last.map(LastAnswers::numbers).orElse(new double[0]));
    for (int back = 1; back <= rows.length; back++) {
      double[] row = rows[Math.floorMod(ranks.rank() - back, rows.length)];
      if (row.length > 0) {
        return answer(row);
      }
    }
    return answer(new double[0]);
  }

  /** Ids and weights of the last answer of a row. */
  private static double[] numbers(PackedRow row) {
    int document = row.documentStarts().length - 1;
    int first = Mismatches.firstOfAnswer(row, document);
    int length = row.documentEnd(document) - first;
    double[] numbers = new double[2 * length];
    for (int i = 0; i < length; i++) {
      numbers[i] = row.inputIds()[first + i];
      numbers[length + i] = row.lossWeights()[first + i];
    }
    return numbers;
  }

  private static PackedRow answer(double[] numbers) {
    int[] ids = new int[numbers.length / 2];
    float[] weights = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) numbers[i];
      weights[i] = (float) numbers[ids.length + i];
    }
    return new PackedRow(ids, weights, new int[] {0});
  }
}
