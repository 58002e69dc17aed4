package dev.hone.training.collective;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
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
 * through sockets. All ways take turns, so that what else the machine does meets all.
 *
 * <p>By hand: {@code RingSpeed RANKS ROUNDS CHUNK_KIB...}; CONTRIBUTING.md has the whole command.
 */
public final class RingSpeed {
  private static final int LENGTH = 10_000_000;
  private static final int WARM = 5;
  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

  private final int size;
  private final List<FloatBuffer> data = new ArrayList<>();
  private final Map<String, Way> ways = new LinkedHashMap<>();

  private record Way(
      Payload payload, List<Callable<Long>> ranks, List<Double> seconds, List<Double> cpu) {}

  private RingSpeed(int size) {
    this.size = size;
    for (int rank = 0; rank < size; rank++) {
      FloatBuffer floats =
          ByteBuffer.allocateDirect(LENGTH * Float.BYTES)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      // Memory that was never written is one page of zeros to the machine.
      for (int i = 0; i < LENGTH; i++) {
        floats.put(i, 0);
      }
      data.add(floats);
    }
  }

  /**
   * Prints a line for each way, with medians: what a rank sends in a second, and all ranks' CPU.
   */
  public static void main(String[] args) throws Exception {
    RingSpeed speed = new RingSpeed(Integer.parseInt(args[0]));
    for (Payload payload : Payload.values()) {
      speed.addCopy("copy", payload, LENGTH * payload.width());
      speed.addCopy("copy of one chunk", payload, 256 << 10);
      for (String kib : Arrays.asList(args).subList(2, args.length)) {
        RingOptions options =
            RingOptions.of(Duration.ofSeconds(60))
                .withPayload(payload)
                .withChunkBytes(Integer.parseInt(kib) << 10);
        speed.addRing("ring, " + kib + " KiB", options);
        speed.addRing("encrypted ring, " + kib + " KiB", options.withEncrypted(true));
      }
    }
    speed.time(Integer.parseInt(args[1]));
    speed.print();
  }

  private void addCopy(String name, Payload payload, int memory) throws Exception {
    List<Callable<Long>> ranks = new ArrayList<>();
    for (SocketCopy rank : SocketCopy.around(size, memory)) {
      ranks.add(
          () -> {
            long start = CPU.getCurrentThreadCpuTime();
            rank.copy(bytes(payload));
            return CPU.getCurrentThreadCpuTime() - start;
          });
    }
    ways.put(payload + " " + name, new Way(payload, ranks, new ArrayList<>(), new ArrayList<>()));
  }

  private void addRing(String name, RingOptions options) {
    List<Callable<Long>> ranks = new ArrayList<>();
    for (Collective rank : Rings.open(size, options)) {
      ranks.add(
          () -> {
            long start = CPU.getCurrentThreadCpuTime();
            rank.allReduce(data.get(rank.rank()));
            return CPU.getCurrentThreadCpuTime() - start;
          });
    }
    Payload payload = options.payload();
    ways.put(payload + " " + name, new Way(payload, ranks, new ArrayList<>(), new ArrayList<>()));
  }

  private void time(int rounds) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(size);
    for (int round = -WARM; round < rounds; round++) {
      for (Way way : ways.values()) {
        long start = System.nanoTime();
        long cpu = 0;
        for (Future<Long> rank : threads.invokeAll(way.ranks())) {
          cpu += rank.get();
        }
        if (round >= 0) {
          way.seconds().add((System.nanoTime() - start) / 1e9);
          way.cpu().add(cpu / 1e9);
        }
      }
    }
    threads.shutdown();
  }

  private void print() {
    ways.forEach(
        (name, way) -> {
          Way copy = ways.get(way.payload() + " copy");
          double seconds = median(way.seconds());
          double cpu = median(way.cpu());
          System.out.printf(
              "%d ranks, %-30s %.4f s, %5.2f GB/s, %.4f s of CPU; the copy took %3.0f %% of the"
                  + " time, %3.0f %% of the CPU%n",
              size,
              name,
              seconds,
              bytes(way.payload()) / seconds / 1e9,
              cpu,
              100 * median(copy.seconds()) / seconds,
              100 * median(copy.cpu()) / cpu);
        });
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** What a rank sends for a sum. */
  private long bytes(Payload payload) {
    return 2L * (size - 1) * (LENGTH / size) * payload.width();
  }
}
