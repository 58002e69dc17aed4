package dev.hone.training.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** Frames to the next rank, one at a time, as fast as the connection takes them. */
final class Sender {
  private final SocketChannel channel;
  private final Optional<Seal> seal;
  private final ByteBuffer frame;
  private final byte[] plain;
  private final Chunk chunk;
  private long sequence;
  private long lastMove;

  /**
   * A sender.
   *
   * @param key what to encrypt with, if with anything
   */
  Sender(SocketChannel channel, Optional<byte[]> key, int longest) {
    this.channel = channel;
    this.seal = key.map(k -> new Seal(k, longest));
    this.frame = ByteBuffer.allocateDirect(Head.BYTES + longest + Seal.TAG_BYTES);
    this.plain = new byte[seal.isPresent() ? longest : 0];
    this.chunk =
        Chunk.of(seal.isPresent() ? ByteBuffer.wrap(plain) : frame.slice(Head.BYTES, longest));
    frame.limit(0);
  }

  /** Where the payload of the next frame goes, while no frame is on its way. */
  Chunk chunk() {
    return chunk;
  }

  /** Makes a frame of the payload. */
  void start(Call call, int length) {
    frame.clear();
    Head.write(frame, call, sequence, length);
    seal.ifPresent(s -> s.close(frame, plain, length, sequence));
    frame.limit(Head.BYTES + length + (seal.isPresent() ? Seal.TAG_BYTES : 0));
    sequence++;
    lastMove = System.nanoTime();
  }

  /** Whether a frame is on its way. */
  boolean busy() {
    return frame.hasRemaining();
  }

  /** Sends what the connection takes; false if it takes nothing. */
  boolean send() throws IOException {
    if (channel.write(frame) == 0) {
      return false;
    }
    lastMove = System.nanoTime();
    return true;
  }

  /** Nanoseconds since the connection took something. */
  long still() {
    return System.nanoTime() - lastMove;
  }
}
