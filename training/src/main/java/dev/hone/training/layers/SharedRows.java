package dev.hone.training.layers;

import dev.hone.training.data.Answers;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Documents;
import java.util.Arrays;
import java.util.Optional;

/**
 * The tokens of a row that a pass computes. The rejected answer of a pair begins with the prompt
 * that the chosen one begins with; what comes out there is the same, so it is computed once, for
 * both. It ends before the first target of the rejected answer at the latest, so that no token is
 * predicted twice in one row, except the two that the end of the prompt predicts.
 *
 * <p>Worked example: the row [5, 6, 7, 8, 5, 6, 9] with documents at 0 and 4, a pair, and targets
 * 7, 8 and 9: the tokens [5, 6, 7, 8, 9] are computed, and those of the row are found in [0, 1, 2,
 * 3, 0, 1, 4].
 *
 * @param ids what is computed
 * @param documents where
 * @param rowOf {@code [T]}, for each token of the row
 */
record SharedRows(int[] ids, Documents documents, int[] rowOf) {

  /** Every token of the row for itself. */
  static SharedRows apart(PackedRow row) {
    int[] rowOf = new int[row.length()];
    Arrays.setAll(rowOf, t -> t);
    Documents documents = Documents.apart(row.documentStarts(), row.length());
    return new SharedRows(row.inputIds(), documents, rowOf);
  }

  /** What pairs begin with once, and everything else for itself. */
  static SharedRows of(PackedRow row) {
    int[] starts = row.documentStarts().clone();
    int[] shared = new int[starts.length];
    int[] ids = new int[row.length()];
    int[] rowOf = new int[row.length()];
    int next = 0;
    for (int d = 0; d < starts.length; d++) {
      int first = starts[d];
      shared[d] = shared(row, d);
      for (int i = 0; i < shared[d]; i++) {
        rowOf[first + i] = starts[d - 1] + i;
      }
      starts[d] = next;
      for (int t = first + shared[d]; t < row.documentEnd(d); t++) {
        ids[next] = row.inputIds()[t];
        rowOf[t] = next++;
      }
    }
    return new SharedRows(Arrays.copyOf(ids, next), new Documents(starts, shared, next), rowOf);
  }

  /** How many tokens a document has in common with the one before it, and none to predict. */
  private static int shared(PackedRow row, int document) {
    Optional<Answers> answers = row.answers();
    if (answers.isEmpty() || !answers.get().isRejected(document)) {
      return 0;
    }
    int[] ids = row.inputIds();
    int before = row.documentStarts()[document - 1];
    int start = row.documentStarts()[document];
    int most = Math.min(start - before, row.documentEnd(document) - start) - 1;
    int n = 0;
    while (n < most && ids[before + n] == ids[start + n] && row.lossWeights()[start + n] == 0) {
      n++;
    }
    return n;
  }
}
