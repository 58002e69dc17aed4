package dev.hone.training.collective;

/**
 * What a rank does at the moment. It is in the head of every frame, so that ranks that are out of
 * step are told so and do not add up what does not belong together.
 *
 * @param number how many calls there were before
 * @param amount how many numbers, or bytes, all parts have together
 * @param detail the root, or a hash of the cuts
 */
record Call(int number, Kind kind, int amount, int detail) {

  /** The methods of a collective. */
  enum Kind {
    REDUCE_SCATTER("reduce-scatter", "numbers"),
    ALL_GATHER("all-gather", "numbers"),
    BROADCAST("broadcast", "numbers"),
    GATHER("gather", "bytes");

    private final String text;
    private final String unit;

    Kind(String text, String unit) {
      this.text = text;
      this.unit = unit;
    }
  }

  /** For example {@code reduce-scatter of 1000 numbers (call 7)}. */
  @Override
  public String toString() {
    return kind.text + " of " + amount + " " + kind.unit + " (call " + number + ")";
  }
}
