package dev.hone.training.parallel;

import dev.hone.training.collective.Collective;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.model.Parameter;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Sums tensors over the ranks, bucket by bucket, on a thread of its own: while buckets are under
 * way, the caller may go on with what does not concern them, such as the backward pass of the
 * layers below. Kernels are used by the caller's thread alone. Between {@link #begin} and the end
 * of {@link #finish} the caller must leave the collective alone.
 */
final class BucketSum {
  /** Elements of buckets that may be under way at once, 64 MB. */
  private static final int UNDER_WAY = 1 << 24;

  private final List<Bucket> buckets;
  private final Function<Parameter, Tensor> what;
  private final Collective ranks;
  private final List<Staging> memory = new ArrayList<>();
  private final Deque<Future<Long>> underWay = new ArrayDeque<>();
  private final ThreadPoolExecutor sender;
  private int started;
  private int summed;

  /** Of calls to the other ranks, less what the caller waited for them. */
  private long besideNanos;

  /**
   * @param what of each parameter is summed
   */
  BucketSum(
      List<Bucket> buckets,
      List<Parameter> parameters,
      Function<Parameter, Tensor> what,
      Kernels kernels,
      Collective ranks) {
    this.buckets = buckets;
    this.what = what;
    this.ranks = ranks;
    int longest = buckets.stream().mapToInt(Bucket::length).max().orElse(1);
    int places = Math.max(1, Math.min(buckets.size(), UNDER_WAY / longest));
    for (int i = 0; i < places; i++) {
      memory.add(new Staging(parameters, kernels, longest));
    }
    this.sender =
        new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "hone-sum-of-rank-" + ranks.rank());
              thread.setDaemon(true);
              return thread;
            });
  }

  long bytes() {
    return memory.stream().mapToLong(Staging::bytes).sum();
  }

  /** Nothing is summed yet. */
  void begin() {
    started = 0;
    summed = 0;
  }

  /**
   * The tensors of the parameters from a place in the list on will not change any more: starts with
   * the buckets that have no others.
   */
  void finalFrom(int parameter) {
    while (started < buckets.size() && buckets.get(started).firstParameter() >= parameter) {
      start();
    }
  }

  /** Afterwards this rank's part of the tensors is summed over the ranks; the rest is anything. */
  void finish() {
    finalFrom(0);
    while (summed < started) {
      takeUp();
    }
  }

  private void start() {
    if (started - summed == memory.size()) {
      takeUp();
    }
    Bucket bucket = buckets.get(started);
    FloatBuffer values = memory.get(started % memory.size()).read(bucket, 0, bucket.length(), what);
    underWay.add(sender.submit(() -> send(values, bucket.cuts())));
    started++;
  }

  /** Returns the nanoseconds that it took. */
  private long send(FloatBuffer values, int[] cuts) {
    long start = System.nanoTime();
    ranks.reduceScatter(values, cuts);
    return System.nanoTime() - start;
  }

  /** How long ranks talked while the caller went on with other work, in all sums so far. */
  long besideNanos() {
    return besideNanos;
  }

  /** Waits for the oldest bucket under way. */
  private void takeUp() {
    long start = System.nanoTime();
    try {
      long talked = underWay.remove().get();
      besideNanos += Math.max(0, talked - (System.nanoTime() - start));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while gradients were summed", e);
    }
    Bucket bucket = buckets.get(summed);
    int[] cuts = bucket.cuts();
    memory
        .get(summed % memory.size())
        .write(bucket, cuts[ranks.rank()], cuts[ranks.rank() + 1], what);
    summed++;
  }
}
