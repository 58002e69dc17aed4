package dev.hone.jobs.nightly;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hone.formats.FailureText;
import dev.hone.formats.HoneException;
import dev.hone.formats.tables.ModelRow;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.checkpoint.store.ModelStore;
import dev.hone.training.checkpoint.store.Stores;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;

/**
 * The right to work on a model, which one program has at a time. Nobody has to give it back:
 * whoever stops showing signs of life has lost it.
 *
 * <p>In a folder lie {@code 7.claim}, which only one program can have made, and {@code 7.beat},
 * which its owner writes again and again. Another program takes {@code 8.claim} once {@code 7.done}
 * is there, or once it has watched 7.beat for a while and nothing came. No clock of two machines is
 * compared. An owner that stood still so long finds out by the higher number, see {@link
 * #requireHeld}.
 */
final class Lease implements AutoCloseable {
  /** How long an owner may show no sign of life, where nobody says. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String FOLDER = "_nights/";
  private static final String CLAIM = ".claim";
  private static final String BEAT = ".beat";
  private static final String DONE = ".done";
  private static final int BEATS_IN_PATIENCE = 6;

  private final ModelStore store;
  private final long number;
  private final ScheduledExecutorService beating;
  private final ScheduledFuture<?> signs;
  private long beats;

  private Lease(ModelStore store, long number, Duration patience) {
    this.store = store;
    this.number = number;
    this.beating =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "hone-lease");
              thread.setDaemon(true);
              return thread;
            });
    long pause = patience.toMillis() / BEATS_IN_PATIENCE;
    this.signs = beating.scheduleAtFixedRate(this::beat, 0, pause, TimeUnit.MILLISECONDS);
  }

  /** What came of asking for it. */
  sealed interface Asked {
    /** It is had. */
    record Had(Lease lease) implements Asked {}

    /** Another program has it and is alive. */
    record Taken(String owner) implements Asked {}
  }

  /** Asks for that of a model, in the name of this process. */
  static Asked ofModel(Warehouse warehouse, String model, Duration patience) {
    return ask(
        warehouse.location(ModelRow.class) + "/" + FOLDER + model,
        warehouse.spark().sessionState().newHadoopConf(),
        thisProcess(),
        patience);
  }

  private static String thisProcess() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "a host without a name";
    }
    return "%s on %s, process %d, since %s"
        .formatted(
            System.getProperty("user.name", "unknown"),
            host,
            ProcessHandle.current().pid(),
            Models.now());
  }

  /**
   * Asks for it.
   *
   * @param folder where it lies
   * @param owner who asks, for whoever asks next
   * @param patience how long an owner may show no sign of life
   * @throws HoneException if the folder cannot be read or written
   */
  static Asked ask(String folder, Configuration hadoop, String owner, Duration patience) {
    try {
      ModelStore store = Stores.at(withConditionalPut(folder), hadoop);
      Optional<Long> number = claim(store, owner, patience);
      if (number.isPresent()) {
        return new Asked.Had(new Lease(store, number.get(), patience));
      }
      try (store) {
        return new Asked.Taken(owner(store, last(store)));
      }
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static Optional<Long> claim(ModelStore store, String owner, Duration patience)
      throws IOException {
    long last = last(store);
    if (last > 0 && !store.isFile(last + DONE) && isAlive(store, last, patience)) {
      return Optional.empty();
    }
    try {
      store.putIfAbsent(owner.getBytes(UTF_8), last + 1 + CLAIM);
    } catch (FileAlreadyExistsException e) {
      return Optional.empty();
    }
    forget(store, last);
    return Optional.of(last + 1);
  }

  /** Hadoop's own client of a bucket does not make a file unless there is none; the SDK's does. */
  private static String withConditionalPut(String folder) {
    return folder.startsWith("s3a://") ? "s3" + folder.substring("s3a".length()) : folder;
  }

  private static String owner(ModelStore store, long number) throws IOException {
    return text(store, number + CLAIM).orElse("another program");
  }

  private static Optional<String> text(ModelStore store, String name) throws IOException {
    return store.read(name).map(bytes -> new String(bytes, UTF_8));
  }

  private static boolean isAlive(ModelStore store, long number, Duration patience)
      throws IOException {
    Optional<String> seen = text(store, number + BEAT);
    long end = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < end) {
      try {
        Thread.sleep(patience.toMillis() / (2 * BEATS_IN_PATIENCE));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
      if (store.isFile(number + DONE)) {
        return false;
      }
      if (!text(store, number + BEAT).equals(seen)) {
        return true;
      }
    }
    return false;
  }

  private static long last(ModelStore store) throws IOException {
    return store.children("").stream()
        .map(ModelStore.Child::name)
        .filter(name -> name.endsWith(CLAIM))
        .mapToLong(name -> Long.parseLong(name.substring(0, name.length() - CLAIM.length())))
        .max()
        .orElse(0);
  }

  /** What lies there of the owner before. */
  private static void forget(ModelStore store, long number) throws IOException {
    for (String file : new String[] {BEAT, DONE, CLAIM}) {
      store.delete(number + file);
    }
  }

  /** A store that is away for a moment does no harm: the next beat comes soon. */
  private void beat() {
    try {
      store.put(String.valueOf(++beats).getBytes(UTF_8), number + BEAT);
    } catch (IOException e) {
      System.getLogger(Lease.class.getName())
          .log(System.Logger.Level.WARNING, "no sign of life could be written", e);
    }
  }

  /**
   * Before anything that two must not do.
   *
   * @throws HoneException if another program has it by now
   */
  void requireHeld() {
    try {
      long last = last(store);
      if (last > number) {
        throw new HoneException(
            "this one stood still for so long that another took over the model (%s); it goes on there"
                .formatted(owner(store, last)));
      }
    } catch (IOException e) {
      throw unusable(store.shown(""), e);
    }
  }

  private static HoneException unusable(String folder, IOException e) {
    return new HoneException(
        "'%s', where nights keep out of each other's way, cannot be used: %s; allow this user to write there"
            .formatted(folder, FailureText.firstLine(e)),
        e);
  }

  /** Gives it back. */
  @Override
  public void close() {
    signs.cancel(false);
    beating.shutdown();
    try {
      store.put(new byte[0], number + DONE);
    } catch (IOException e) {
      System.getLogger(Lease.class.getName())
          .log(System.Logger.Level.WARNING, "the next night waits for a sign of this one", e);
    }
    store.close();
  }
}
