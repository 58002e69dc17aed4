package dev.hone.training.objective;

import java.io.Serializable;

/**
 * How a reward model rated pairs of answers.
 *
 * @param chosen rewards of the answers that are preferred, one for each pair
 * @param rejected rewards of the others, in the same order
 */
public record PairRewards(float[] chosen, float[] rejected) implements Serializable {
  /** Of no pair. */
  public static final PairRewards NONE = new PairRewards(new float[0], new float[0]);

  /**
   * The rewards of answers as packs hold them: those of a pair are neighbours, the chosen one
   * first.
   *
   * <p>Worked example: 3, 1, 2, 2 are two pairs, with 3 and 2 chosen, 1 and 2 rejected.
   */
  public static PairRewards of(double[] answers) {
    float[] chosen = new float[answers.length / 2];
    float[] rejected = new float[chosen.length];
    for (int pair = 0; pair < chosen.length; pair++) {
      chosen[pair] = (float) answers[2 * pair];
      rejected[pair] = (float) answers[2 * pair + 1];
    }
    return new PairRewards(chosen, rejected);
  }

  /** Those of the pairs with these numbers, of which some may occur more than once. */
  public PairRewards drawn(int[] pairs) {
    PairRewards some = new PairRewards(new float[pairs.length], new float[pairs.length]);
    for (int i = 0; i < pairs.length; i++) {
      some.chosen[i] = chosen[pairs[i]];
      some.rejected[i] = rejected[pairs[i]];
    }
    return some;
  }

  /** How many pairs they are. */
  public int pairs() {
    return chosen.length;
  }
}
