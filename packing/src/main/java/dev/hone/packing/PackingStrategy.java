package dev.hone.packing;

import java.io.Serializable;

/**
 * Decides which samples share a pack. A strategy sees lengths only, so that planning a hundred
 * thousand samples takes a few megabytes.
 */
public sealed interface PackingStrategy extends Serializable
    permits BestFitDecreasing, NextFit, NoPacking, Wrapped {

  /**
   * Assigns each sample to a pack. Packs are numbered from 0 in the order of their first sample,
   * and every number up to the largest is used.
   *
   * @param lengths {@code [N]} tokens of each sample, in position order, each from 1 to capacity
   * @param capacity tokens that fit in a pack
   * @return {@code [N]} the pack of each sample
   * @throws IllegalArgumentException if a length is outside 1..capacity
   */
  int[] assign(int[] lengths, int capacity);

  /** Its name in {@code preps.config}. */
  String name();

  /** Refuses lengths that no pack can hold; the caller deals with them before packing. */
  static void requireFitting(int[] lengths, int capacity) {
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] < 1 || lengths[i] > capacity) {
        throw new IllegalArgumentException(
            "sample %d has %d tokens, a pack holds 1 to %d".formatted(i, lengths[i], capacity));
      }
    }
  }
}
