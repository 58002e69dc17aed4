package dev.hone.packing;

import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.tokenizer.Sample;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Which samples are trained on, by their length.
 *
 * @param sequenceLen the most tokens of a sample
 * @param minSampleLen the fewest
 * @param excessLength what becomes of a longer one
 */
public record LengthRules(int sequenceLen, int minSampleLen, ExcessLength excessLength)
    implements Serializable {

  /**
   * Accepts, cuts or refuses a sample.
   *
   * <p>Worked example, sequence_len 3, truncate: {@code ids 5 6 7 8, weights 0 0 1 1} becomes
   * {@code ids 5 6 7, weights 0 0 1}.
   *
   * @throws RefusedRecord with reason {@code too_short}, {@code too_long} (also under {@code
   *     raise}; the preparation then stops) or {@code no_trained_token}, if all that carries loss
   *     is cut off
   */
  public Sample apply(Sample sample) throws RefusedRecord {
    int length = sample.ids().length;
    if (length < minSampleLen) {
      throw new RefusedRecord(
          "too_short",
          "the sample has %d tokens, min_sample_len is %d; lower min_sample_len to keep it"
              .formatted(length, minSampleLen));
    }
    if (length <= sequenceLen) {
      return sample;
    }
    if (excessLength != ExcessLength.TRUNCATE) {
      throw new RefusedRecord(
          "too_long",
          "the sample has %d tokens, sequence_len is %d; raise sequence_len, split the record, or set excess_length_strategy: truncate"
              .formatted(length, sequenceLen));
    }
    Sample cut =
        new Sample(
            Arrays.copyOf(sample.ids(), sequenceLen), Arrays.copyOf(sample.weights(), sequenceLen));
    if (cut.trainedTokens() == 0) {
      throw new RefusedRecord(
          "no_trained_token",
          "no token among the first %d of %d carries loss; raise sequence_len"
              .formatted(sequenceLen, length));
    }
    return cut;
  }
}
