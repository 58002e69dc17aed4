package dev.hone.training.collective;

import dev.hone.formats.HoneException;
import dev.hone.training.collective.Neighbours.Neighbour;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Waits for the rank before and calls the next one, until both have proven who they are. Whoever
 * else connects is refused and logged, and holds nobody up: all are listened to at once, none for
 * long.
 */
final class Rendezvous implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Rendezvous.class.getName());
  private static final int MOST_GUESTS = 64;
  private static final long PAUSE = Duration.ofMillis(100).toNanos();
  private static final long LONGEST_HANDSHAKE = Duration.ofSeconds(5).toNanos();

  private final ServerSocketChannel server;
  private final RunSecret secret;
  private final RingOptions options;
  private final Roles asCalled;
  private final Roles asCaller;
  private final Peer before;
  private final Peer next;
  private final Selector selector;
  private final ArrayDeque<Guest> guests = new ArrayDeque<>();
  private Optional<Caller> caller = Optional.empty();
  private Optional<Neighbour> fromBefore = Optional.empty();
  private Optional<Neighbour> toNext = Optional.empty();
  private long nextCall = System.nanoTime();
  private String trouble = "did not answer";

  Rendezvous(
      ServerSocketChannel server,
      List<String> addresses,
      int rank,
      RunSecret secret,
      RingOptions options)
      throws IOException {
    int size = addresses.size();
    this.server = server;
    this.secret = secret;
    this.options = options;
    this.asCaller = Roles.of(rank, size, options);
    this.asCalled = Roles.of((rank + size - 1) % size, size, options);
    this.next = new Peer(asCaller.called(), addresses.get(asCaller.called()));
    this.before = new Peer(asCalled.caller(), addresses.get(asCalled.caller()));
    this.selector = Selector.open();
  }

  /** Both connections. */
  Neighbours meet() throws IOException {
    long start = System.nanoTime();
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    while (fromBefore.isEmpty() || toNext.isEmpty()) {
      stopIfAsked(start);
      callIfDue();
      selector.select(this::handle, Duration.ofNanos(PAUSE).toMillis());
      sendAwayTheSlow();
    }
    return new Neighbours(asCaller.caller(), fromBefore.get(), toNext.get());
  }

  private void handle(SelectionKey key) {
    if (!key.isValid()) { // refused a moment ago
      return;
    }
    if (key.attachment() instanceof Guest guest) {
      listen(guest, key);
    } else if (key.attachment() instanceof Caller calling) {
      goOn(calling, key);
    } else {
      welcome();
    }
  }

  private void welcome() {
    try {
      for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
        receive(channel);
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "rank " + asCalled.called() + " cannot accept a connection", e);
    }
  }

  private void receive(SocketChannel channel) {
    try {
      Sockets.prepare(channel);
      Guest guest = new Guest(channel, secret, asCalled);
      channel.register(selector, SelectionKey.OP_READ, guest);
      guests.add(guest);
      guest.greet();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a connection was gone at once", e);
      Sockets.close(channel);
    }
    if (guests.size() > MOST_GUESTS) {
      refuse(guests.getFirst(), "made room for others");
    }
  }

  private void listen(Guest guest, SelectionKey key) {
    try {
      if (guest.proven()) {
        key.cancel();
        guests.remove(guest);
        fromBefore = Optional.of(new Neighbour(before, guest.channel(), key(guest.meeting())));
        receiveNobodyElse();
      }
    } catch (IOException e) {
      refuse(guest, e.getMessage());
    }
  }

  private void receiveNobodyElse() {
    server.keyFor(selector).cancel();
    List.copyOf(guests).forEach(guest -> refuse(guest, "came when all had met"));
  }

  private void refuse(Guest guest, String why) {
    LOG.log(
        Level.WARNING,
        "rank {0,number,#} refused a connection from {1}: it {2}",
        asCalled.called(),
        guest,
        why);
    guests.remove(guest);
    Sockets.close(guest.channel());
  }

  private void sendAwayTheSlow() {
    long patience = Math.min(LONGEST_HANDSHAKE, options.timeout().toNanos() / 4);
    while (!guests.isEmpty() && guests.getFirst().age() > patience) {
      refuse(guests.getFirst(), "did not say who it is in time");
    }
  }

  private void callIfDue() {
    if (toNext.isEmpty() && caller.isEmpty() && System.nanoTime() - nextCall >= 0) {
      try {
        caller = Optional.of(new Caller(next.address(), secret, asCaller, selector));
      } catch (IOException e) {
        callAgain(e);
      }
    }
  }

  private void goOn(Caller calling, SelectionKey key) {
    try {
      if (calling.proven(key)) {
        key.cancel();
        toNext = Optional.of(new Neighbour(next, calling.channel(), key(calling.meeting())));
        caller = Optional.empty();
      }
    } catch (IOException e) {
      calling.close();
      callAgain(e);
    }
  }

  private void callAgain(IOException e) {
    caller = Optional.empty();
    trouble = e.getMessage();
    nextCall = System.nanoTime() + PAUSE;
  }

  private Optional<byte[]> key(Meeting meeting) {
    return options.encrypted() ? Optional.of(secret.key(meeting)) : Optional.empty();
  }

  private void stopIfAsked(long start) {
    int rank = asCaller.caller();
    if (!server.isOpen()) {
      throw new HoneException("rank " + rank + " was told to stop while it waited for the others");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new HoneException("rank " + rank + " was interrupted while it waited for the others");
    }
    if (System.nanoTime() - start > options.timeout().toNanos()) {
      List<String> missing = new ArrayList<>();
      if (fromBefore.isEmpty()) {
        missing.add(before + " did not connect");
      }
      if (toNext.isEmpty()) {
        missing.add(next + ", which it called, " + trouble);
      }
      Peer lost = fromBefore.isEmpty() ? before : next;
      throw new LostRankException(
          lost,
          String.format(
              "rank %d did not meet its neighbours within %s: %s. See the logs of their executors,"
                  + " and that these can connect to each other's ports",
              rank, Relay.text(options.timeout()), String.join("; ", missing)),
          null);
    }
  }

  /** Closes what did not come to anything. */
  @Override
  public void close() {
    guests.forEach(guest -> Sockets.close(guest.channel()));
    caller.ifPresent(Caller::close);
    if (fromBefore.isEmpty() || toNext.isEmpty()) {
      Stream.of(fromBefore, toNext)
          .flatMap(Optional::stream)
          .forEach(neighbour -> Sockets.close(neighbour.channel()));
    }
    Sockets.close(server);
    try {
      // Connections go to the selector of the ring only when this one has let them go.
      selector.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a selector did not close in good order", e);
    }
  }
}
