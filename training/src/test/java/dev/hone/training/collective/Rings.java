package dev.hone.training.collective;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Rings whose ranks are threads. */
public final class Rings {
  private static final byte[] SECRET = "sixteen bytes or more".getBytes(UTF_8);

  private Rings() {}

  /** What a rank does. */
  public interface Work<T> {
    T of(Collective rank) throws Exception;
  }

  static RunSecret secret() {
    return new RunSecret(SECRET, "run", 1);
  }

  /** The ranks of a ring, connected. */
  static List<Collective> open(int size, RingOptions options) {
    List<Endpoint> endpoints =
        IntStream.range(0, size).mapToObj(i -> Endpoint.open("127.0.0.1")).toList();
    List<String> addresses = endpoints.stream().map(Endpoint::address).toList();
    return each(
        IntStream.range(0, size).boxed().toList(),
        rank -> endpoints.get(rank).connect(addresses, rank, secret(), options));
  }

  /** Opens a ring, lets every rank work, and closes it. */
  public static <T> List<T> run(int size, RingOptions options, Work<T> work) {
    List<Collective> ranks = open(size, options);
    try {
      return each(ranks, work::of);
    } finally {
      ranks.forEach(Collective::close);
    }
  }

  /** What can throw. */
  interface Step<A, B> {
    B of(A input) throws Exception;
  }

  /** Does something with all at the same time. */
  static <A, B> List<B> each(List<A> inputs, Step<A, B> step) {
    ExecutorService threads = Executors.newFixedThreadPool(inputs.size());
    try {
      List<Future<B>> futures = new ArrayList<>();
      for (A input : inputs) {
        futures.add(threads.submit(() -> step.of(input)));
      }
      List<B> results = new ArrayList<>();
      for (Future<B> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
