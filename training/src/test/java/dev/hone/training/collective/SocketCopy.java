package dev.hone.training.collective;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * What a ring is measured against: as many threads, each of which sends and receives as many bytes
 * around the same circle, out of memory of that size and into such, and looks at none of them.
 */
final class SocketCopy {
  private static final int AT_ONCE = 256 << 10;

  private final SocketChannel out;
  private final SocketChannel in;
  private final Selector selector = Selector.open();
  private final ByteBuffer leaving;
  private final ByteBuffer entering;

  private SocketCopy(SocketChannel out, SocketChannel in, int bytes) throws IOException {
    this.out = out;
    this.in = in;
    // Memory that was never written is one page of zeros, read again and again.
    this.leaving = ByteBuffer.allocateDirect(bytes);
    this.entering = ByteBuffer.allocateDirect(bytes);
    leaving.put(new byte[bytes]).clear();
    Sockets.prepare(out);
    Sockets.prepare(in);
  }

  static List<SocketCopy> around(int size, int bytes) throws IOException {
    List<SocketChannel> outs = new ArrayList<>();
    List<SocketChannel> ins = new ArrayList<>();
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      for (int i = 0; i < size; i++) {
        outs.add(SocketChannel.open(server.getLocalAddress()));
        ins.add(server.accept());
      }
    }
    List<SocketCopy> ranks = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      ranks.add(new SocketCopy(outs.get(i), ins.get((i + size - 1) % size), bytes));
    }
    return ranks;
  }

  /** Sends so many bytes and receives as many. */
  void copy(long bytes) throws IOException {
    long toSend = bytes;
    long toReceive = bytes;
    SelectionKey write = out.register(selector, 0);
    SelectionKey read = in.register(selector, 0);
    while (toSend > 0 || toReceive > 0) {
      int sent = toSend > 0 ? out.write(upTo(leaving, toSend)) : 0;
      int received = toReceive > 0 ? in.read(upTo(entering, toReceive)) : 0;
      toSend -= sent;
      toReceive -= received;
      if (sent + received == 0) {
        write.interestOps(toSend > 0 ? SelectionKey.OP_WRITE : 0);
        read.interestOps(toReceive > 0 ? SelectionKey.OP_READ : 0);
        selector.select();
        selector.selectedKeys().clear();
      }
    }
  }

  /** The next bytes; from the beginning again after the last. */
  private static ByteBuffer upTo(ByteBuffer buffer, long bytes) {
    int start = buffer.position() == buffer.capacity() ? 0 : buffer.position();
    long end = Math.min(buffer.capacity(), start + Math.min(bytes, AT_ONCE));
    return buffer.position(start).limit((int) end);
  }
}
