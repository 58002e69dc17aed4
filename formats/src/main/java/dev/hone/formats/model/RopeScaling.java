package dev.hone.formats.model;

/** How frequencies are changed for texts longer than those of pretraining. */
public sealed interface RopeScaling {

  /** {@code rope_type: linear}: every frequency is divided by {@code factor}. */
  record Linear(double factor) implements RopeScaling {}

  /**
   * {@code rope_type: llama3}: low frequencies are divided by {@code factor}, middle ones blended.
   */
  record Llama3(
      double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositionEmbeddings)
      implements RopeScaling {}

  /**
   * {@code rope_type: yarn} (Peng et al. 2023): frequencies that turn less than betaSlow times over
   * the original length are divided by {@code factor}, those that turn more than betaFast times
   * stay, those between are blended linearly in their index; and cosines and sines are multiplied.
   *
   * @param attentionFactor what cosines and sines are multiplied with
   * @param truncate whether the two edges are rounded to whole indices
   */
  record Yarn(
      double factor,
      double attentionFactor,
      double betaFast,
      double betaSlow,
      int originalMaxPositionEmbeddings,
      boolean truncate)
      implements RopeScaling {}
}
