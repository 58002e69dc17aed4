package dev.hone.eval;

import dev.hone.training.data.Answers;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A held-out document, cut into what a model is given and what it was to write. The answer is the
 * first stretch of tokens with a loss weight, the prompt everything before it:
 *
 * <pre>
 * tokens   1 5 6 7 8 2 9 4
 * weights  0 0 0 1 1 1 0 1   prompt 1 5 6, answer 7 8 2
 * weights  0 1 1 1 1 1 1 0   prompt 1 5 6, answer 7 8 2 9
 * </pre>
 *
 * A stretch that begins with the second token, as that of a plain text does, has no prompt: the
 * first half of what ends with it is taken for one.
 *
 * @param prompt token ids, at least one
 * @param answer token ids, at least one
 */
record HeldOutPrompt(int[] prompt, int[] answer) {

  /** The first ones, in the order of the packs; fewer if there are not so many. */
  static List<HeldOutPrompt> first(PackSource packs, int count) {
    List<HeldOutPrompt> found = new ArrayList<>();
    for (long pack = 0; pack < packs.size() && found.size() < count; pack++) {
      PackedRow row = packs.read(pack);
      for (int d = 0; d < row.documentStarts().length && found.size() < count; d++) {
        of(row, d).ifPresent(found::add);
      }
    }
    return found;
  }

  /** Empty if nothing of a document is trained, or if it is an answer that is not wanted. */
  static Optional<HeldOutPrompt> of(PackedRow row, int document) {
    if (!row.answers().map(Answers::chosen).map(chosen -> chosen[document]).orElse(true)) {
      return Optional.empty();
    }
    int start = row.documentStarts()[document];
    int end = row.documentEnd(document);
    int first = start + 1;
    while (first < end && !(row.lossWeights()[first] > 0)) {
      first++;
    }
    if (first >= end) {
      return Optional.empty();
    }
    int last = first;
    while (last < end && row.lossWeights()[last] > 0) {
      last++;
    }
    int cut = first == start + 1 ? start + (last - start) / 2 : first;
    return Optional.of(
        new HeldOutPrompt(
            Arrays.copyOfRange(row.inputIds(), start, cut),
            Arrays.copyOfRange(row.inputIds(), cut, last)));
  }
}
