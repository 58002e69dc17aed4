package dev.hone.training.collective;

/** Goes through parts chunk by chunk; empty parts have none. */
final class Cursor {
  private final int[] cuts;
  private final int[] parts;
  private final int chunk;
  private int part = -1;
  private int from;
  private int to;

  Cursor(int[] cuts, int[] parts, int chunk) {
    this.cuts = cuts;
    this.parts = parts;
    this.chunk = chunk;
    next();
  }

  /** Whether there is a chunk here. */
  boolean more() {
    return part < parts.length;
  }

  /** Where the chunk begins. */
  int from() {
    return from;
  }

  /** How many elements it has. */
  int count() {
    return Math.min(chunk, to - from);
  }

  /** Goes to the next chunk. */
  void next() {
    from += part < 0 ? 0 : count();
    while (from == to && ++part < parts.length) {
      from = cuts[parts[part]];
      to = cuts[parts[part] + 1];
    }
  }
}
