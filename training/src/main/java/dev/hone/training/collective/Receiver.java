package dev.hone.training.collective;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * Frames from the rank before, one at a time. How long the next one is has to be known: nothing is
 * read that belongs to the one after it.
 */
final class Receiver {
  private final SocketChannel channel;
  private final Optional<Seal> seal;
  private final ByteBuffer frame;
  private final byte[] plain;
  private final Chunk chunk;
  private Call call;
  private int length;
  private boolean headSeen;
  private long sequence;
  private long lastMove;

  /**
   * A receiver.
   *
   * @param key what to decrypt with, if with anything
   */
  Receiver(SocketChannel channel, Optional<byte[]> key, int longest) {
    this.channel = channel;
    this.seal = key.map(k -> new Seal(k, longest));
    this.frame = ByteBuffer.allocateDirect(Head.BYTES + longest + Seal.TAG_BYTES);
    this.plain = new byte[seal.isPresent() ? longest : 0];
    this.chunk =
        Chunk.of(seal.isPresent() ? ByteBuffer.wrap(plain) : frame.slice(Head.BYTES, longest));
  }

  /** Begins a frame with a payload of some bytes, which is to be part of this call. */
  void expect(Call next, int bytes) {
    call = next;
    length = bytes;
    headSeen = false;
    frame.clear().limit(Head.BYTES + length + (seal.isPresent() ? Seal.TAG_BYTES : 0));
  }

  /** Waits from now on. */
  void waitFromNow() {
    lastMove = System.nanoTime();
  }

  /**
   * Receives what is there; false if nothing is.
   *
   * @throws FaultyFrameException if it is not what is due
   */
  boolean receive() throws IOException {
    int n = channel.read(frame);
    if (n < 0) {
      throw new EOFException();
    }
    if (n == 0) {
      return false;
    }
    lastMove = System.nanoTime();
    if (!headSeen && frame.position() >= Head.BYTES) {
      headSeen = true;
      throwIf(Head.fault(frame, call, sequence, length));
    }
    return true;
  }

  /** Whether the frame is complete. */
  boolean complete() {
    return !frame.hasRemaining();
  }

  /** The payload of the complete frame. */
  Chunk take() throws FaultyFrameException {
    if (seal.isPresent() && !seal.get().open(frame, plain, length, sequence)) {
      throw new FaultyFrameException(
          "what came is not what was encrypted: it was changed on the way. "
              + "Look for what stands between the two on the network");
    }
    sequence++;
    return chunk;
  }

  /** Nanoseconds since something came. */
  long still() {
    return System.nanoTime() - lastMove;
  }

  private static void throwIf(Optional<String> fault) throws FaultyFrameException {
    if (fault.isPresent()) {
      throw new FaultyFrameException(fault.get());
    }
  }
}
