package dev.hone.training.collective;

import dev.hone.formats.HoneException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Ranks that are threads of this process, for tests. Sums are taken in the order of the ranks. */
public final class ThreadTeam {
  private final Object[] board;
  private int arrived;
  private long meetings;
  private boolean left;

  private ThreadTeam(int size) {
    board = new Object[size];
  }

  /** Waits for all ranks. */
  private synchronized void meet() {
    long meeting = meetings;
    if (++arrived == board.length) {
      arrived = 0;
      meetings++;
      notifyAll();
    }
    while (meeting == meetings) {
      if (left) {
        throw new LostException();
      }
      try {
        wait();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private synchronized void leave() {
    left = true;
    notifyAll();
  }

  /** What a rank does. */
  @FunctionalInterface
  public interface Work<T> {
    T run(Collective ranks) throws Exception;
  }

  /** Runs the work on so many ranks at once; throws what the first of them that failed did. */
  public static <T> List<T> run(int size, Work<T> work) throws Exception {
    ThreadTeam team = new ThreadTeam(size);
    ExecutorService threads = Executors.newFixedThreadPool(size);
    try {
      List<Callable<T>> tasks = new ArrayList<>();
      for (int rank = 0; rank < size; rank++) {
        Member member = team.new Member(rank);
        tasks.add(
            () -> {
              try (member) {
                return work.run(member);
              }
            });
      }
      List<T> results = new ArrayList<>();
      Exception lost = null;
      for (Future<T> result : threads.invokeAll(tasks)) {
        try {
          results.add(result.get());
        } catch (ExecutionException e) {
          Exception cause = e.getCause() instanceof Exception known ? known : e;
          lost = lost == null || lost instanceof LostException ? cause : lost;
        }
      }
      if (lost != null) {
        throw lost;
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Another rank has gone. */
  private static final class LostException extends HoneException {
    private static final long serialVersionUID = 1L;

    LostException() {
      super("a rank was lost");
    }
  }

  private final class Member implements Collective {
    private final int rank;
    private long sent;

    Member(int rank) {
      this.rank = rank;
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int size() {
      return board.length;
    }

    /** What every rank has put on the board. */
    private Object[] exchange(Object mine) {
      board[rank] = mine;
      meet();
      Object[] all = board.clone();
      meet();
      return all;
    }

    private static float[] values(FloatBuffer data) {
      float[] values = new float[data.remaining()];
      data.duplicate().get(values);
      return values;
    }

    @Override
    public void reduceScatter(FloatBuffer data, int[] cuts) {
      Object[] all = exchange(values(data));
      for (int i = 0; i < data.remaining(); i++) {
        float sum = Float.NaN; // what is not this rank's is undefined
        if (i >= cuts[rank] && i < cuts[rank + 1]) {
          sum = ((float[]) all[0])[i];
          for (int other = 1; other < all.length; other++) {
            sum += ((float[]) all[other])[i];
          }
        }
        data.put(data.position() + i, sum);
      }
      sent += (long) Float.BYTES * (data.remaining() - cuts[rank + 1] + cuts[rank]);
    }

    @Override
    public void allGather(FloatBuffer data, int[] cuts) {
      Object[] all = exchange(values(data));
      for (int other = 0; other < all.length; other++) {
        int length = cuts[other + 1] - cuts[other];
        data.put(data.position() + cuts[other], (float[]) all[other], cuts[other], length);
      }
      sent += (long) Float.BYTES * (cuts[rank + 1] - cuts[rank]) * (size() - 1);
    }

    @Override
    public void broadcast(FloatBuffer data, int root) {
      float[] values = (float[]) exchange(values(data))[root];
      data.put(data.position(), values, 0, values.length);
    }

    @Override
    public byte[][] gather(byte[] mine) {
      if (mine.length > LONGEST) {
        throw new IllegalArgumentException(mine.length + " bytes of at most " + LONGEST);
      }
      Object[] all = exchange(mine.clone());
      byte[][] bytes = new byte[all.length][];
      for (int other = 0; other < all.length; other++) {
        bytes[other] = ((byte[]) all[other]).clone();
      }
      return bytes;
    }

    @Override
    public long bytesSent() {
      return sent;
    }

    @Override
    public void close() {
      leave();
    }
  }
}
