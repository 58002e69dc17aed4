package dev.hone.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.distributed.RankMessage;
import dev.hone.training.model.LossSum;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class EvaluatorTest {

  /**
   * Rows of 1 and 3 targets with losses 4 and 1 a target: 7 / 4, not the 2.5 of a mean of means.
   */
  @Test
  void everyTokenCountsTheSameHoweverRowsAreFilled() {
    PackSource packs = new Lengths(2, 4);
    LossSum loss =
        Evaluator.evaluate(
            row -> new LossSum(row.length() == 2 ? 4 : 3, row.length() - 1, 1, row.length() - 1, 0),
            packs);
    List<RankMessage> reported = new ArrayList<>();
    Evaluator.report(loss, "set", 3, reported::add);

    List<String> values =
        reported.stream()
            .map(RankMessage.Evaluated.class::cast)
            .map(e -> "%s %s %.4f %d".formatted(e.dataset(), e.name(), e.value(), e.n()))
            .toList();
    assertEquals(
        List.of(
            "set eval_loss 1.7500 4",
            "set perplexity 5.7546 4",
            "set mean_token_accuracy 0.5000 4"),
        values);
  }

  @Test
  void nothingHeldOutIsNoNumber() {
    List<RankMessage> reported = new ArrayList<>();
    Evaluator.report(LossSum.ZERO, "set", 0, reported::add);
    assertEquals(List.of(), reported);
  }

  private record Lengths(int... lengths) implements PackSource {
    @Override
    public long size() {
      return lengths.length;
    }

    @Override
    public int longest() {
      return 4;
    }

    @Override
    public PackedRow read(long pack) {
      int length = lengths[(int) pack];
      return new PackedRow(new int[length], new float[length], new int[] {0});
    }
  }
}
