package dev.hone.training.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection whose ends have yet to prove who they are: messages of known lengths. */
final class Talk {
  private final SocketChannel channel;
  private ByteBuffer incoming = ByteBuffer.allocate(0);

  Talk(SocketChannel channel) {
    this.channel = channel;
  }

  /** The connection. */
  SocketChannel channel() {
    return channel;
  }

  /** Begins to wait for a message of some bytes. */
  void expect(int bytes) {
    incoming = ByteBuffer.allocate(bytes);
  }

  /** Reads what is there, and not a byte more than the message; true if that is complete. */
  boolean heard() throws IOException {
    if (channel.read(incoming) < 0) {
      throw new RefusedException("closed the connection");
    }
    return !incoming.hasRemaining();
  }

  /** The complete message. */
  ByteBuffer message() {
    return incoming.flip();
  }

  /** The next bytes of a message. */
  static byte[] next(ByteBuffer message, int bytes) {
    byte[] next = new byte[bytes];
    message.get(next);
    return next;
  }

  /** Sends a message, which is shorter than what a new connection always takes. */
  void say(ByteBuffer message) throws IOException {
    channel.write(message.flip());
    if (message.hasRemaining()) {
      throw new RefusedException("takes no bytes");
    }
  }
}
