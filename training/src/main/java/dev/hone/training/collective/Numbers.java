package dev.hone.training.collective;

import dev.hone.training.kernels.cpu.Bf16;
import java.nio.FloatBuffer;

/**
 * Floats from the position of a buffer on, which replace those that were there or are added to
 * them. Goes through blocks that stay in the first cache.
 */
final class Numbers implements Cargo {
  private static final int BLOCK = 4096;

  private final float[] mine = new float[BLOCK];
  private final float[] theirs = new float[BLOCK];
  private final short[] halves = new short[BLOCK];
  private FloatBuffer data;
  private int start;
  private Payload payload;
  private boolean adding;

  /** These, from now on. */
  Numbers of(FloatBuffer buffer, Payload travelling, boolean add) {
    data = buffer;
    start = buffer.position();
    payload = travelling;
    adding = add;
    return this;
  }

  @Override
  public int width() {
    return payload.width();
  }

  @Override
  public void load(int from, int count, Chunk chunk) {
    if (payload == Payload.F32) {
      chunk.floats().put(0, data, start + from, count);
      return;
    }
    for (int i = 0; i < count; i += BLOCK) {
      int n = Math.min(BLOCK, count - i);
      data.get(start + from + i, mine, 0, n);
      Bf16.narrow(mine, 0, halves, n);
      chunk.shorts().put(i, halves, 0, n);
    }
  }

  @Override
  public void unload(int from, int count, Chunk chunk) {
    if (payload == Payload.F32 && !adding) {
      data.put(start + from, chunk.floats(), 0, count);
      return;
    }
    for (int i = 0; i < count; i += BLOCK) {
      int n = Math.min(BLOCK, count - i);
      read(chunk, i, n);
      if (adding) {
        data.get(start + from + i, mine, 0, n);
        add(theirs, mine, n);
      }
      data.put(start + from + i, theirs, 0, n);
    }
  }

  /** Rounds numbers as they would be if they had travelled. */
  void round(int from, int to) {
    for (int i = from; payload == Payload.BF16 && i < to; i += BLOCK) {
      int n = Math.min(BLOCK, to - i);
      data.get(start + i, mine, 0, n);
      Bf16.narrow(mine, 0, halves, n);
      Bf16.widen(halves, mine, 0, n);
      data.put(start + i, mine, 0, n);
    }
  }

  private void read(Chunk chunk, int place, int n) {
    if (payload == Payload.F32) {
      chunk.floats().get(place, theirs, 0, n);
    } else {
      chunk.shorts().get(place, halves, 0, n);
      Bf16.widen(halves, theirs, 0, n);
    }
  }

  private static void add(float[] into, float[] from, int n) {
    for (int i = 0; i < n; i++) {
      into[i] += from[i];
    }
  }
}
