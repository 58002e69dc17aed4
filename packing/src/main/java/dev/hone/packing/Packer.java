package dev.hone.packing;

import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.SampleRow;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts the samples of one pack side by side.
 *
 * <p>Worked example, sequence_len 8: samples {@code ids 1 2 3, weights 0 1 1} and {@code ids 4 5,
 * weights 0 1} give {@code ids 1 2 3 4 5, weights 0 1 1 0 1, starts 0 3}, length 5, 3 trained
 * tokens, fill 0.625. The weight at the start of a sample is 0, because nothing before it predicts
 * it.
 *
 * @param prepId the preparation the packs belong to
 * @param capacity tokens that fit in a pack
 */
public record Packer(String prepId, int capacity) implements Serializable {

  /**
   * Makes one pack.
   *
   * @param split {@code train} or {@code eval}
   * @param packId number of the pack in its split
   * @param samples its samples, in the order they are laid down; at least one
   * @throws IllegalStateException if the samples break the contract of {@link SampleRow} or do not
   *     fit: a defect of the stage before
   */
  public PackRow pack(String split, long packId, List<SampleRow> samples) {
    int length = samples.stream().mapToInt(SampleRow::length).sum();
    if (samples.isEmpty() || length > capacity) {
      throw new IllegalStateException(
          "pack %d of %s has %d samples with %d tokens; it holds 1 to %d tokens"
              .formatted(packId, split, samples.size(), length, capacity));
    }
    int[] ids = new int[length];
    float[] weights = new float[length];
    int[] starts = new int[samples.size()];
    int[] pieces = new int[samples.size()];
    List<String> recordIds = new ArrayList<>(samples.size());
    int trainedTokens = 0;
    int offset = 0;
    for (int i = 0; i < starts.length; i++) {
      SampleRow sample = samples.get(i);
      requireConsistent(sample);
      System.arraycopy(sample.inputIds(), 0, ids, offset, sample.length());
      System.arraycopy(sample.lossWeights(), 0, weights, offset, sample.length());
      starts[i] = offset;
      recordIds.add(sample.recordId());
      pieces[i] = sample.piece();
      trainedTokens += sample.trainedTokens();
      offset += sample.length();
    }
    return new PackRow(
        prepId,
        split,
        packId,
        ids,
        weights,
        starts,
        recordIds,
        pieces,
        answers(samples),
        length,
        trainedTokens,
        (double) length / capacity,
        margins(samples));
  }

  private static Optional<List<String>> answers(List<SampleRow> samples) {
    return samples.get(0).answer().isEmpty()
        ? Optional.empty()
        : Optional.of(samples.stream().map(sample -> sample.answer().orElseThrow()).toList());
  }

  private static Optional<List<Double>> margins(List<SampleRow> samples) {
    return samples.stream().allMatch(sample -> sample.margin().isEmpty())
        ? Optional.empty()
        : Optional.of(samples.stream().map(sample -> sample.margin().orElse(0.0)).toList());
  }

  private static void requireConsistent(SampleRow sample) {
    if (sample.inputIds().length != sample.length()
        || sample.lossWeights().length != sample.length()
        || sample.length() == 0
        || sample.lossWeights()[0] != 0) {
      throw new IllegalStateException(
          "sample %s, piece %d: %d ids, %d weights, length %d; ids and weights have the sample's length, at least 1, and the first weight is 0"
              .formatted(
                  sample.recordId(),
                  sample.piece(),
                  sample.inputIds().length,
                  sample.lossWeights().length,
                  sample.length()));
    }
  }
}
