package dev.hone.training.model;

import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.layers.DecoderLayer;
import dev.hone.training.layers.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The decoders of a model. The first one computes whatever is asked. Of a pass over several
 * documents it computes some, and each of the others its own ones at the same time: from the
 * embedding to the loss and back no thread waits for another, but for its turn to add to a gradient
 * ({@link Weight#add}). Two threads that share each operation wait at the end of every one, and
 * read what the other has just written.
 */
final class Strands {
  private final Room room;
  private final Kernels kernels;
  private final List<Decoder> decoders;
  private final List<Kernels> kernelsOf;
  private final List<Weight> trained;
  private final int[] arrived;
  private final ThreadPoolExecutor threads;
  private int working = 1;

  /** Called with the number of a decoder, its kernels and its capacity, first to last. */
  interface Maker {
    Decoder make(int strand, Kernels kernels, int capacity);
  }

  /**
   * Makes them.
   *
   * @param kernels for the first, which works with all of their threads when it is alone
   */
  Strands(Room room, Kernels kernels, Maker maker) {
    this.room = room;
    this.kernels = kernels;
    List<Decoder> made = new ArrayList<>();
    List<Kernels> own = new ArrayList<>();
    for (int i = 0; i < room.strands(); i++) {
      own.add(i == 0 ? kernels : kernels.beside(Math.max(1, kernels.threads() / room.strands())));
      made.add(maker.make(i, own.get(i), i == 0 ? room.capacity() : room.part()));
    }
    this.decoders = List.copyOf(made);
    this.kernelsOf = List.copyOf(own);
    this.trained = trainedBy(first());
    this.arrived = new int[first().layers().size()];
    this.threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread thread = new Thread(work, "hone-strand");
              thread.setDaemon(true);
              return thread;
            });
  }

  private static List<Weight> trainedBy(Decoder decoder) {
    return decoder.layers().stream().flatMap(layer -> layer.trainedWeights().stream()).toList();
  }

  /** The one that computes what is not cut. */
  Decoder first() {
    return decoders.get(0);
  }

  List<Decoder> all() {
    return decoders;
  }

  /** The trained weights of the first, which are those of all. */
  List<Weight> trained() {
    return trained;
  }

  /**
   * The parts of a row that can be computed at the same time: that row, or as many parts as there
   * are decoders, or fewer.
   */
  List<Part> parts(PackedRow row) {
    return Part.of(row, room);
  }

  /**
   * Computes something on the first decoders at the same time.
   *
   * @param count 1: the first alone, with all threads of the kernels
   */
  void run(int count, Consumer<Decoder> work) {
    if (count == 1) {
      work.accept(first());
      return;
    }
    int all = kernels.threads();
    kernels.useThreads(Math.max(1, all / decoders.size()));
    try {
      together(count, work);
    } finally {
      kernels.useThreads(all);
    }
  }

  private void together(int count, Consumer<Decoder> work) {
    List<CompletableFuture<Void>> others = new ArrayList<>();
    for (Decoder decoder : decoders.subList(1, count)) {
      others.add(CompletableFuture.runAsync(() -> failing(decoder, work), threads));
    }
    Throwable failure = null;
    try {
      failing(first(), work);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    for (CompletableFuture<Void> other : others) {
      try {
        other.join();
      } catch (CompletionException e) {
        // The first to fail is why the others did.
        failure =
            failure == null || failure instanceof CancellationException ? e.getCause() : failure;
      }
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  /** Whoever fails is waited for by none. */
  private void failing(Decoder decoder, Consumer<Decoder> work) {
    boolean done = false;
    try {
      work.accept(decoder);
      done = true;
    } finally {
      if (!done) {
        trained.forEach(Weight::failPass);
      }
    }
  }

  /**
   * Both passes of a training step on the first decoders.
   *
   * @param drive does the passes of the first
   */
  void forwardBackward(int count, Runnable drive) {
    trained.forEach(weight -> weight.beginPass(count));
    working = count;
    Arrays.fill(arrived, 0);
    run(
        count,
        decoder -> {
          if (decoder == first()) {
            drive.run();
          } else {
            decoder.forwardBackward();
          }
          trainedBy(decoder).forEach(Weight::leavePass);
        });
  }

  /**
   * Tells, during every backward pass from now on, of each layer that all of it have come through.
   *
   * @param work with the number of the layer, and kernels that serve the calling thread
   */
  void afterBackward(BiConsumer<Integer, Kernels> work) {
    for (int strand = 0; strand < decoders.size(); strand++) {
      List<DecoderLayer> layers = decoders.get(strand).layers();
      Kernels own = kernelsOf.get(strand);
      for (int i = 0; i < layers.size(); i++) {
        int layer = i;
        layers.get(i).afterBackward(() -> arrive(layer, () -> work.accept(layer, own)));
      }
    }
  }

  /** The last one to come through a layer tells of it, before any comes through the next. */
  private void arrive(int layer, Runnable work) {
    synchronized (arrived) {
      arrived[layer]++;
      if (arrived[layer] == working) {
        work.run();
      }
    }
  }
}
