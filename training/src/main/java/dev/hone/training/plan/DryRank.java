package dev.hone.training.plan;

import dev.hone.training.collective.Collective;
import java.nio.FloatBuffer;
import java.util.Collections;

/**
 * The first of so many ranks, whose others are not there: nothing is sent, and nothing comes.
 *
 * @param size how many there would be
 */
record DryRank(int size) implements Collective {

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public void reduceScatter(FloatBuffer data, int[] cuts) {}

  @Override
  public void allGather(FloatBuffer data, int[] cuts) {}

  @Override
  public void broadcast(FloatBuffer data, int root) {}

  @Override
  public byte[][] gather(byte[] mine) {
    return Collections.nCopies(size, mine).toArray(byte[][]::new);
  }

  @Override
  public long bytesSent() {
    return 0;
  }

  @Override
  public void close() {}
}
