package dev.hone.training.layers;

/**
 * Where the rows of a pass are in a {@link KeyValueCache} that holds several sequences.
 *
 * <p>Example: sequences of up to 8 tokens begin at 0 and 8; the pass has the third token of the
 * first and the fifth of the second: first [0, 8], seen [3, 5], own [2, 12].
 *
 * @param first {@code [T]} where the sequence of each row begins
 * @param seen {@code [T]} how many tokens of it the row sees, itself included
 */
public record CacheRows(int[] first, int[] seen) {

  /** {@code [T]} where each row's own key and value go. */
  int[] own() {
    int[] own = new int[first.length];
    for (int t = 0; t < own.length; t++) {
      own[t] = first[t] + seen[t] - 1;
    }
    return own;
  }
}
