package dev.hone.training.collective;

/**
 * Who meets whom.
 *
 * @param size ranks of the ring
 * @param caller the rank that connects, and will send
 * @param called the rank that listens, and will receive
 * @param spoken how they will talk
 */
record Roles(int size, int caller, int called, String spoken) {

  /** A rank and the one after it. */
  static Roles of(int caller, int size, RingOptions options) {
    return new Roles(size, caller, (caller + 1) % size, options.spoken());
  }
}
