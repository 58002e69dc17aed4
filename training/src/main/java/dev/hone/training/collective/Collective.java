package dev.hone.training.collective;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The ranks of a run as one of them sees them. Every rank makes the same calls in the same order,
 * from one thread at a time; a call returns when this rank has what it asked for.
 *
 * <p>Sums are taken in an order that depends on the number of ranks alone, and every rank gets the
 * same bits. Buffers are worked on from their position to their limit, which stay as they are.
 *
 * <p>Every method throws {@link dev.hone.formats.HoneException}, naming rank and host, if another
 * rank is lost, silent for too long, or sends what it should not.
 */
public interface Collective extends Exchange, AutoCloseable {

  @Override
  int rank();

  @Override
  int size();

  /**
   * Sums over all ranks: afterwards this rank's part of the buffer, from {@code cuts[rank]} to
   * {@code cuts[rank + 1]}, holds the sum of that part of every rank's. The rest is undefined.
   *
   * @param cuts places counted from the position: {@code size() + 1} of them, rising from 0 to
   *     {@code data.remaining()}; parts may be empty
   */
  void reduceScatter(FloatBuffer data, int[] cuts);

  /**
   * The way back: afterwards every part holds what its rank had in it.
   *
   * @param cuts as in {@link #reduceScatter}
   */
  void allGather(FloatBuffer data, int[] cuts);

  /** Afterwards every rank has the sum of all ranks' buffers. */
  default void allReduce(FloatBuffer data) {
    int[] cuts = evenCuts(data.remaining(), size());
    reduceScatter(data, cuts);
    allGather(data, cuts);
  }

  /** Afterwards every rank has what the root had. */
  void broadcast(FloatBuffer data, int root);

  @Override
  byte[][] gather(byte[] mine);

  /** Bytes this rank has sent to others. */
  long bytesSent();

  /** Nanoseconds this rank has spent in calls, those included in which it waited for others. */
  default long nanos() {
    return 0;
  }

  /** Lets the others go, who then cannot work on. Closing again does nothing. */
  @Override
  void close();

  /**
   * As even a cut as there is: the first parts are longer by one where it does not come out.
   *
   * <p>Example: 10 in 4 parts is cut at 0, 3, 6, 8, 10.
   */
  static int[] evenCuts(int length, int parts) {
    int[] cuts = new int[parts + 1];
    Arrays.setAll(cuts, i -> (int) ((long) length / parts * i + Math.min(i, length % parts)));
    return cuts;
  }
}
