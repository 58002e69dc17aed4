package dev.hone.training.collective;

import dev.hone.formats.HoneException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends to the next rank and receives from the one before at the same time, on the thread of the
 * caller. A chunk travels on as soon as it is complete, while the next one arrives.
 *
 * <p>Receiving never waits for sending: what has arrived lies in the numbers themselves. A ring
 * whose ranks all wait for the others to read cannot come about.
 */
final class Relay implements AutoCloseable {
  private final Neighbours neighbours;
  private final RingOptions options;
  private final Sender sender;
  private final Receiver receiver;
  private final Selector selector;
  private final SelectionKey out;
  private final SelectionKey in;
  private volatile boolean closed;
  private final AtomicLong bytesSent = new AtomicLong();

  Relay(Neighbours neighbours, RingOptions options) throws IOException {
    this.neighbours = neighbours;
    this.options = options;
    this.sender =
        new Sender(neighbours.next().channel(), neighbours.next().key(), options.chunkBytes());
    this.receiver =
        new Receiver(
            neighbours.before().channel(), neighbours.before().key(), options.chunkBytes());
    this.selector = Selector.open();
    this.out = neighbours.next().channel().register(selector, 0);
    this.in = neighbours.before().channel().register(selector, 0);
  }

  /** Payload bytes sent so far. */
  long bytesSent() {
    return bytesSent.get();
  }

  /** Makes a call. Whatever goes wrong closes the connections, so that the others notice. */
  void run(Call call, Course course, Cargo cargo) {
    try {
      move(call, course, cargo);
    } catch (IOException | ClosedSelectorException | CancelledKeyException e) {
      boolean asked = closed;
      close();
      if (!asked) {
        throw new IllegalStateException("the ring broke in " + call, e);
      }
      throw new HoneException(
          String.format(
              "rank %d stopped in %s: its connections were closed on its own side, to end the task"
                  + " or after an error before",
              neighbours.rank(), call),
          e);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void move(Call call, Course course, Cargo cargo) throws IOException {
    int chunk = options.chunkBytes() / cargo.width();
    Cursor leaving = new Cursor(course.cuts(), course.leaving(), chunk);
    Cursor entering = new Cursor(course.cuts(), course.entering(), chunk);
    int ready = course.ownChunks(chunk);
    if (entering.more()) {
      receiver.expect(call, entering.count() * cargo.width());
      receiver.waitFromNow();
    }
    while (entering.more() || leaving.more() || sender.busy()) {
      stopIfAsked(call);
      if (!sender.busy() && leaving.more() && ready > 0) {
        cargo.load(leaving.from(), leaving.count(), sender.chunk());
        sender.start(call, leaving.count() * cargo.width());
        bytesSent.addAndGet(leaving.count() * (long) cargo.width());
        leaving.next();
        ready--;
      }
      boolean moved = sender.busy() && send(call);
      if (entering.more() && receive(call)) {
        moved = true;
        if (receiver.complete()) {
          cargo.unload(entering.from(), entering.count(), take(call));
          ready++;
          entering.next();
          if (entering.more()) {
            receiver.expect(call, entering.count() * cargo.width());
          }
        }
      }
      if (!moved) {
        await(call, entering.more(), leaving.more());
      }
    }
  }

  private boolean send(Call call) throws IOException {
    try {
      return sender.send();
    } catch (IOException e) {
      throw lost(neighbours.next().peer(), call, e);
    }
  }

  private boolean receive(Call call) throws IOException {
    try {
      return receiver.receive();
    } catch (FaultyFrameException e) {
      throw faulty(call, e);
    } catch (IOException e) {
      throw lost(neighbours.before().peer(), call, e);
    }
  }

  private Chunk take(Call call) {
    try {
      return receiver.take();
    } catch (FaultyFrameException e) {
      throw faulty(call, e);
    }
  }

  /** Waits until something can move, or has not for too long. */
  private void await(Call call, boolean entering, boolean leaving) throws IOException {
    long patience = options.timeout().toNanos();
    long left = Long.MAX_VALUE;
    if (entering) {
      left = patience - receiver.still();
      if (left <= 0) {
        throw silent(neighbours.before().peer(), "sent nothing", "waits for it in ", call);
      }
    }
    if (sender.busy()) {
      left = Math.min(left, patience - sender.still());
      if (left <= 0) {
        throw silent(neighbours.next().peer(), "taken nothing", "sends to it in ", call);
      }
    }
    in.interestOps(entering ? SelectionKey.OP_READ : 0);
    // The next rank never sends: what could be read is that it has closed.
    out.interestOps(
        (sender.busy() ? SelectionKey.OP_WRITE : 0)
            | (sender.busy() || leaving ? SelectionKey.OP_READ : 0));
    selector.select(Math.max(1, Duration.ofNanos(left).toMillis()));
    boolean spoke = selector.selectedKeys().contains(out) && out.isReadable();
    selector.selectedKeys().clear();
    if (spoke) {
      listenToNext(call);
    }
  }

  private void listenToNext(Call call) throws IOException {
    try {
      if (neighbours.next().channel().read(ByteBuffer.allocate(1)) < 0) {
        throw new EOFException();
      }
    } catch (IOException e) {
      throw lost(neighbours.next().peer(), call, e);
    }
    throw new HoneException(
        String.format(
            "%s sent something to rank %d, which sends to it, in %s: it is no rank of this ring."
                + " Look for what stands between the two on the network",
            neighbours.next().peer(), neighbours.rank(), call));
  }

  private void stopIfAsked(Call call) throws IOException {
    if (closed) {
      throw new ClosedSelectorException();
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new HoneException(
          "rank " + neighbours.rank() + " was interrupted while it was in " + call);
    }
  }

  private LostRankException lost(Peer peer, Call call, IOException e) throws IOException {
    if (closed) {
      throw e;
    }
    return new LostRankException(
        peer,
        String.format(
            "%s closed its connection to rank %d, which is in %s: it failed or was ended. Its"
                + " error, or else the log of its executor, says why",
            peer, neighbours.rank(), call),
        e);
  }

  private LostRankException silent(Peer peer, String what, String doing, Call call) {
    return new LostRankException(
        peer,
        String.format(
            "%s has %s for %s while rank %d %s%s: it hangs, is slow, or waits for another rank"
                + " itself. See the log of its executor, or raise distributed.timeout",
            peer, what, text(options.timeout()), neighbours.rank(), doing, call),
        null);
  }

  private HoneException faulty(Call call, FaultyFrameException e) {
    return new HoneException(
        String.format(
            "rank %d does %s and cannot use what %s sends: %s",
            neighbours.rank(), call, neighbours.before().peer(), e.getMessage()));
  }

  static String text(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  @Override
  public void close() {
    closed = true;
    neighbours.close();
    try {
      selector.close();
    } catch (IOException e) {
      throw new IllegalStateException("cannot close a selector", e);
    }
  }
}
