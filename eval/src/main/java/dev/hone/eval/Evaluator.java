package dev.hone.eval;

import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.distributed.RankMessage;
import dev.hone.training.model.LossSum;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Loss on rows that are not trained on. Sums over all rows are divided once, so that the result
 * does not depend on how documents are packed; HF Trainer, which takes the mean of the batches'
 * means, differs where batches have different numbers of tokens.
 */
public final class Evaluator {
  private Evaluator() {}

  /**
   * Adds up the loss over every pack.
   *
   * @param loss the loss of one row: {@code model::evaluate}
   */
  public static LossSum evaluate(Function<PackedRow, LossSum> loss, PackSource packs) {
    LossSum sum = LossSum.ZERO;
    for (long pack = 0; pack < packs.size(); pack++) {
      sum = sum.plus(loss.apply(packs.read(pack)));
    }
    return sum;
  }

  /**
   * Reports {@code eval_loss} (nats a token), {@code perplexity} ({@code exp(eval_loss)}) and
   * {@code mean_token_accuracy}, each with the number of tokens it is the mean of. Nothing if there
   * are none.
   */
  public static void report(LossSum loss, String dataset, long step, Consumer<RankMessage> report) {
    if (loss.targets() == 0) {
      return;
    }
    Instant now = Instant.now();
    List.of(
            new RankMessage.Evaluated(step, dataset, "eval_loss", loss.mean(), loss.targets(), now),
            new RankMessage.Evaluated(
                step, dataset, "perplexity", Math.exp(loss.mean()), loss.targets(), now),
            new RankMessage.Evaluated(
                step, dataset, "mean_token_accuracy", loss.accuracy(), loss.targets(), now))
        .forEach(report);
  }
}
