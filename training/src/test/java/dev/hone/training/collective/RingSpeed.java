package dev.hone.training.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Times the sum of 10 million floats over ranks that are threads, beside a copy of the same bytes
 * through the same sockets. All ways take turns, so that what else the machine does meets all.
 *
 * <p>By hand: {@code RingSpeed RANKS ROUNDS [CHUNK_KIB]}; CONTRIBUTING.md has the whole command.
 */
public final class RingSpeed {
  private static final int LENGTH = 10_000_000;
  private static final int WARM = 5;

  private RingSpeed() {}

  /**
   * Prints a line for each way: median seconds, bytes sent by a rank, share of the copy's speed.
   */
  public static void main(String[] args) throws Exception {
    int size = Integer.parseInt(args[0]);
    int rounds = Integer.parseInt(args[1]);
    int chunk = args.length > 2 ? Integer.parseInt(args[2]) << 10 : 256 << 10;
    RingOptions plain = RingOptions.of(Duration.ofSeconds(60)).withChunkBytes(chunk);
    ExecutorService threads = Executors.newFixedThreadPool(size);
    Map<String, List<Callable<Void>>> ways = new LinkedHashMap<>();
    ways.put("copy f32", copies(size, chunk, Payload.F32));
    ways.put("ring f32", sums(plain, size));
    ways.put("copy bf16", copies(size, chunk, Payload.BF16));
    ways.put("ring bf16", sums(plain.withPayload(Payload.BF16), size));
    ways.put("ring f32 encrypted", sums(plain.withEncrypted(true), size));
    ways.put(
        "ring bf16 encrypted", sums(plain.withPayload(Payload.BF16).withEncrypted(true), size));

    Map<String, double[]> seconds = new LinkedHashMap<>();
    ways.keySet().forEach(way -> seconds.put(way, new double[rounds]));
    for (int round = -WARM; round < rounds; round++) {
      for (Map.Entry<String, List<Callable<Void>>> way : ways.entrySet()) {
        long start = System.nanoTime();
        for (Future<Void> rank : threads.invokeAll(way.getValue())) {
          rank.get();
        }
        if (round >= 0) {
          seconds.get(way.getKey())[round] = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    threads.shutdown();
    seconds.forEach(
        (way, times) -> {
          Payload payload = way.contains("bf16") ? Payload.BF16 : Payload.F32;
          double copy = median(seconds.get(payload == Payload.F32 ? "copy f32" : "copy bf16"));
          System.out.printf(
              "%d ranks, %-20s median %.4f s, best %.4f s, %5.2f GB/s sent by a rank, %3.0f %% of"
                  + " the copy%n",
              size,
              way,
              median(times),
              Arrays.stream(times).min().orElseThrow(),
              bytes(size, payload) / median(times) / 1e9,
              100 * copy / median(times));
        });
  }

  private static List<Callable<Void>> copies(int size, int chunk, Payload payload)
      throws Exception {
    List<Callable<Void>> ranks = new ArrayList<>();
    for (SocketCopy rank : SocketCopy.around(size, chunk)) {
      ranks.add(
          () -> {
            rank.copy(bytes(size, payload));
            return null;
          });
    }
    return ranks;
  }

  private static List<Callable<Void>> sums(RingOptions options, int size) {
    List<Callable<Void>> ranks = new ArrayList<>();
    for (Collective rank : Rings.open(size, options)) {
      FloatBuffer data =
          ByteBuffer.allocateDirect(LENGTH * Float.BYTES)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      ranks.add(
          () -> {
            rank.allReduce(data);
            return null;
          });
    }
    return ranks;
  }

  private static long bytes(int size, Payload payload) {
    return 2L * (size - 1) * (LENGTH / size) * payload.width();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
