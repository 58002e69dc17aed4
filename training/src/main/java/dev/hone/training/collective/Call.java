package dev.hone.training.collective;

import java.util.Arrays;
import java.util.Optional;

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
    REDUCE_SCATTER(1, "reduce-scatter", "numbers"),
    ALL_GATHER(2, "all-gather", "numbers"),
    BROADCAST(3, "broadcast", "numbers"),
    GATHER(4, "gather", "bytes");

    private final int code;
    private final String text;
    private final String unit;

    Kind(int code, String text, String unit) {
      this.code = code;
      this.text = text;
      this.unit = unit;
    }

    /** Its number in the head of a frame. */
    int code() {
      return code;
    }

    /** The one with that number. */
    static Optional<Kind> of(int code) {
      return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
    }
  }

  /** For example {@code reduce-scatter of 1000 numbers (call 7)}. */
  @Override
  public String toString() {
    return kind.text + " of " + amount + " " + kind.unit + " (call " + number + ")";
  }
}
