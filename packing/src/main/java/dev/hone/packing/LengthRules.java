package dev.hone.packing;

import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.tokenizer.Sample;
import java.io.Serializable;

/**
 * How long a sample may be.
 *
 * @param sequenceLen the most tokens
 * @param minSampleLen the fewest
 */
public record LengthRules(int sequenceLen, int minSampleLen) implements Serializable {

  boolean fits(Sample sample) {
    return sample.ids().length <= sequenceLen;
  }

  /**
   * Whether a part of a sample is worth keeping: long enough, and with something to learn in it.
   * One token alone never has, since nothing predicts it.
   */
  boolean worthKeeping(Sample part) {
    return part.ids().length >= minSampleLen && part.trainedTokens() > 0;
  }

  /**
   * Passes a sample that is long enough.
   *
   * @throws RefusedRecord {@code too_short}
   */
  Sample longEnough(Sample sample) throws RefusedRecord {
    if (sample.ids().length < minSampleLen) {
      throw new RefusedRecord(
          "too_short",
          "the sample has %d tokens, min_sample_len is %d; lower min_sample_len to keep it"
              .formatted(sample.ids().length, minSampleLen));
    }
    return sample;
  }

  /**
   * The refusal {@code too_long}.
   *
   * @param more why it cannot be helped and what to do, after a semicolon
   */
  RefusedRecord tooLong(int tokens, String more) {
    return new RefusedRecord(
        "too_long",
        "the sample has %d tokens, sequence_len is %d; %s".formatted(tokens, sequenceLen, more));
  }
}
