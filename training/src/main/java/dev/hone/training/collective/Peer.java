package dev.hone.training.collective;

/**
 * Another rank.
 *
 * @param address {@code host:port}, where it listened
 */
record Peer(int rank, String address) {

  @Override
  public String toString() {
    return "rank " + rank + " (" + address + ")";
  }
}
