package dev.hone.packing;

import dev.hone.formats.corpus.RefusedRecord;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Which samples are trained on, by length and by loss. A document's first token is never a target,
 * so its weight becomes 0 here.
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
   * <p>Worked example, sequence_len 3, truncate: {@code ids 5 6 7 8, weights 1 0 1 1} becomes
   * {@code ids 5 6 7, weights 0 0 1}, one trained token, one token cut.
   *
   * @param ids token ids {@code [T]}
   * @param weights {@code [T]}, the weight of ids[t] as a target
   * @throws RefusedRecord with reason {@code too_short}, {@code too_long} (also under {@code
   *     raise}; the preparation then stops) or {@code no_trained_token}
   */
  public Kept apply(int[] ids, float[] weights) throws RefusedRecord {
    if (ids.length < minSampleLen) {
      throw new RefusedRecord(
          "too_short",
          "the sample has %d tokens, min_sample_len is %d; lower min_sample_len to keep it"
              .formatted(ids.length, minSampleLen));
    }
    boolean tooLong = ids.length > sequenceLen;
    if (tooLong && excessLength != ExcessLength.TRUNCATE) {
      throw new RefusedRecord(
          "too_long",
          "the sample has %d tokens, sequence_len is %d; raise sequence_len, split the record, or set excess_length_strategy: truncate"
              .formatted(ids.length, sequenceLen));
    }
    int length = Math.min(ids.length, sequenceLen);
    float[] keptWeights = Arrays.copyOf(weights, length);
    if (length > 0) {
      keptWeights[0] = 0;
    }
    int trained = 0;
    for (float weight : keptWeights) {
      trained += weight > 0 ? 1 : 0;
    }
    if (trained == 0) {
      throw new RefusedRecord(
          "no_trained_token",
          tooLong
              ? "no token among the first %d of %d carries loss; raise sequence_len"
                  .formatted(length, ids.length)
              : "no token of the sample carries loss; check roles_to_train, train_on_inputs and the labels");
    }
    return new Kept(Arrays.copyOf(ids, length), keptWeights, trained, ids.length - length);
  }

  /**
   * An accepted sample.
   *
   * @param ids token ids {@code [T]}, T at most sequence_len
   * @param weights {@code [T]}, first 0
   * @param trainedTokens how many weights are above 0
   * @param cutTokens how many tokens {@code truncate} took off its end
   */
  public record Kept(int[] ids, float[] weights, int trainedTokens, int cutTokens) {}
}
