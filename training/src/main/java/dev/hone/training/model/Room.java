package dev.hone.training.model;

/**
 * The memory that a model has for its passes.
 *
 * @param tokens most tokens of a pass that is computed as a whole, whatever the number of threads
 * @param strands parts in which a training pass may be cut, each with a thread of its own; 1: none
 *     is cut
 * @param part most tokens of such a part
 */
public record Room(int tokens, int strands, int part) {
  /**
   * Tokens under which a part is not worth a thread: it reads all weights, as a longer one does.
   */
  private static final int LEAST = 128;

  /** Of passes that are not cut. */
  public static Room whole(int tokens) {
    return new Room(tokens, 1, tokens);
  }

  /**
   * For micro-batches that may be cut. What they need together does not depend on the parts: there
   * are only as many as divide both the packs and the threads.
   *
   * <p>Worked example: 4 packs of 512 tokens on 2 threads are 2 parts of 1,024; on 3 threads they
   * are not cut.
   *
   * @param pack most tokens of a pack
   * @param packs of a micro-batch
   * @param threads of the kernels
   */
  public static Room ofPacks(int pack, int packs, int threads) {
    int strands = Math.min(packs, threads);
    while (strands > 1 && !suits(strands, pack, packs, threads)) {
      strands--;
    }
    int part = Math.multiplyExact(pack, packs / strands);
    return new Room(pack, strands, part);
  }

  private static boolean suits(int strands, int pack, int packs, int threads) {
    return packs % strands == 0
        && threads % strands == 0
        && (long) pack * (packs / strands) >= LEAST;
  }

  /** Most tokens of the decoder that computes whatever is not cut. */
  int capacity() {
    return Math.max(tokens, part);
  }

  /** The same with room for passes of so many tokens that are computed as a whole. */
  public Room andWhole(int others) {
    return new Room(Math.max(tokens, others), strands, part);
  }
}
