package dev.hone.jobs.export;

import dev.hone.formats.HoneException;
import dev.hone.training.data.PackedRow;
import dev.hone.training.model.CausalLm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lets an export pass if it knows the tokens of the model and its logits are close to the model's,
 * on a few fixed texts. The model is asked once and not kept.
 */
final class ParityGate {
  private final Path model;
  private final List<int[]> rows;
  private final List<float[]> logits;

  /** Asks the model. */
  ParityGate(Path name, TrainedModel trained) {
    this.model = name;
    this.rows = GateText.tokens(trained.tokenizer());
    this.logits = logits(trained);
  }

  /**
   * Asks the export.
   *
   * @param out what it will be called
   * @return what was measured
   * @throws HoneException if it is too far from the model
   */
  Parity require(Path out, TrainedModel export, Tolerance tolerance) {
    List<int[]> known = GateText.tokens(export.tokenizer());
    for (int i = 0; i < rows.size(); i++) {
      if (!Arrays.equals(rows.get(i), known.get(i))) {
        throw new HoneException(
            "%s is not written: of the same text its tokenizer would make other tokens than that of %s (%s, not %s); export with --to hf or merged"
                .formatted(out, model, start(known.get(i)), start(rows.get(i))));
      }
    }
    Parity parity = Parity.of(logits, logits(export));
    if (!tolerance.holds(parity)) {
      throw new HoneException(
          "%s is not written: it would answer otherwise than %s: %s, and allowed are %s; choose a type of more bits"
              .formatted(out, model, parity, tolerance));
    }
    return parity;
  }

  private static String start(int[] ids) {
    return Arrays.toString(Arrays.copyOf(ids, Math.min(8, ids.length)));
  }

  private List<float[]> logits(TrainedModel asked) {
    CausalLm lm = asked.load(GateText.TOKENS);
    List<float[]> all = new ArrayList<>();
    for (int[] ids : rows) {
      all.addAll(lm.logits(new PackedRow(ids, new float[ids.length], new int[] {0})));
    }
    return all;
  }
}
