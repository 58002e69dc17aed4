package dev.hone.training.model;

import dev.hone.formats.HoneException;
import dev.hone.training.data.Teaching;
import dev.hone.training.layers.Batch;
import dev.hone.training.layers.HeadLayer;

/** Reads off the head of a decoder what the last pass came to. */
record PassSums(Batch batch, HeadLayer head) {

  static PassSums of(Decoder decoder) {
    return new PassSums(decoder.batch(), decoder.head());
  }

  LossSum loss() {
    return sums(head.weightedLoss());
  }

  DistilledSum distilled() {
    return new DistilledSum(sums(head.weightedNll()), head.weightedDivergence());
  }

  private LossSum sums(double loss) {
    return new LossSum(loss, batch.weightSum(), head.correct(), batch.lossCount(), head.entropy());
  }

  /**
   * The loss of a pass that was only to measure.
   *
   * @throws HoneException if it is not finite
   */
  LossSum measuredLoss() {
    requireFinite(head.weightedLoss());
    return loss();
  }

  /** The same of what a teacher said. */
  DistilledSum measuredDistilled() {
    requireFinite(head.weightedDivergence());
    requireFinite(head.weightedNll());
    return distilled();
  }

  private void requireFinite(double sum) {
    if (!Double.isFinite(sum)) {
      throw new HoneException(
          "the loss of a batch of %d targets is %s: training has diverged, or the weights it started from are not finite; lower learning_rate, lengthen warmup_steps, or set max_grad_norm"
              .formatted(batch.lossCount(), sum));
    }
  }

  /**
   * The likeliest tokens in the place of each target.
   *
   * @param teacher names the model in messages
   */
  Teaching teaching(int k, String teacher) {
    Teaching said = head.teach(k);
    for (float logp : said.logps()) {
      if (!Float.isFinite(logp)) {
        throw new HoneException(
            "the teacher %s gives a token a log-probability of %s: its weights are not finite, or overflow"
                .formatted(teacher, logp));
      }
    }
    return said;
  }
}
