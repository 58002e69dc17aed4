package dev.hone.training.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ranks in a ring: each sends to the next and receives from the one before. A sum over {@code n}
 * ranks makes every rank send {@code (n - 1) / n} of the numbers, however many ranks there are, and
 * so does the way back.
 *
 * <p>Part {@code p} of a sum begins at rank {@code p + 1} and goes around to rank {@code p}, each
 * adding its own: with 3 ranks, part 0 is {@code (x1 + x2) + x0}.
 */
public final class Ring implements Collective {
  private final int rank;
  private final int size;
  private final Payload payload;
  private final Relay relay;
  private final Numbers numbers = new Numbers();
  private int calls;
  private final AtomicLong nanos = new AtomicLong();

  Ring(Neighbours neighbours, int size, RingOptions options) throws IOException {
    this.rank = neighbours.rank();
    this.size = size;
    this.payload = options.payload();
    this.relay = new Relay(neighbours, options);
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void reduceScatter(FloatBuffer data, int[] cuts) {
    check(cuts, data.remaining());
    run(
        Call.Kind.REDUCE_SCATTER,
        Arrays.hashCode(cuts),
        Course.reduceScatter(rank, size, cuts),
        numbers.of(data, payload, true));
  }

  @Override
  public void allGather(FloatBuffer data, int[] cuts) {
    check(cuts, data.remaining());
    numbers.of(data, payload, false).roundWhatLeaves(cuts[rank], cuts[rank + 1]);
    run(Call.Kind.ALL_GATHER, Arrays.hashCode(cuts), Course.allGather(rank, size, cuts), numbers);
  }

  @Override
  public void broadcast(FloatBuffer data, int root) {
    if (root < 0 || root >= size) {
      throw new IllegalArgumentException("rank " + root + " of " + size);
    }
    run(
        Call.Kind.BROADCAST,
        root,
        Course.broadcast(rank, size, root, data.remaining()),
        numbers.of(data, Payload.F32, false));
  }

  @Override
  public byte[][] gather(byte[] mine) {
    if (mine.length > LONGEST) {
      throw new IllegalArgumentException(mine.length + " bytes of at most " + LONGEST);
    }
    byte[] lengths = new byte[size * Integer.BYTES];
    ByteBuffer view = ByteBuffer.wrap(lengths).putInt(rank * Integer.BYTES, mine.length);
    int[] cuts = new int[size + 1];
    Arrays.setAll(cuts, i -> i * Integer.BYTES);
    gather(lengths, cuts);

    for (int i = 0; i < size; i++) {
      cuts[i + 1] = cuts[i] + view.getInt(i * Integer.BYTES);
    }
    byte[] all = new byte[cuts[size]];
    System.arraycopy(mine, 0, all, cuts[rank], mine.length);
    gather(all, cuts);
    byte[][] parts = new byte[size][];
    Arrays.setAll(parts, i -> Arrays.copyOfRange(all, cuts[i], cuts[i + 1]));
    return parts;
  }

  private void gather(byte[] all, int[] cuts) {
    run(Call.Kind.GATHER, 0, Course.allGather(rank, size, cuts), new Bytes(all));
  }

  private void run(Call.Kind kind, int detail, Course course, Cargo cargo) {
    long start = System.nanoTime();
    try {
      int amount = course.cuts()[course.cuts().length - 1];
      relay.run(new Call(calls++, kind, amount, detail), course, cargo);
    } finally {
      nanos.addAndGet(System.nanoTime() - start);
    }
  }

  private void check(int[] cuts, int length) {
    boolean rising = cuts.length == size + 1 && cuts[0] == 0 && cuts[size] == length;
    for (int i = 0; rising && i < size; i++) {
      rising = cuts[i] <= cuts[i + 1];
    }
    if (!rising) {
      throw new IllegalArgumentException(
          Arrays.toString(cuts) + " does not cut " + length + " numbers for " + size + " ranks");
    }
  }

  @Override
  public long bytesSent() {
    return relay.bytesSent();
  }

  @Override
  public long nanos() {
    return nanos.get();
  }

  @Override
  public void close() {
    relay.close();
  }
}
