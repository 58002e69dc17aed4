package dev.hone.training.collective;

import java.io.IOException;
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
 * around the same circle, and looks at none of them.
 */
final class SocketCopy {
  private final SocketChannel out;
  private final SocketChannel in;
  private final Selector selector = Selector.open();
  private final ByteBuffer leaving;
  private final ByteBuffer entering;

  private SocketCopy(SocketChannel out, SocketChannel in, int chunk) throws IOException {
    this.out = out;
    this.in = in;
    this.leaving = ByteBuffer.allocateDirect(chunk);
    this.entering = ByteBuffer.allocateDirect(chunk);
    Sockets.prepare(out);
    Sockets.prepare(in);
  }

  static List<SocketCopy> around(int size, int chunk) throws IOException {
    List<SocketChannel> outs = new ArrayList<>();
    List<SocketChannel> ins = new ArrayList<>();
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress("127.0.0.1", 0));
      for (int i = 0; i < size; i++) {
        outs.add(SocketChannel.open(server.getLocalAddress()));
        ins.add(server.accept());
      }
    }
    List<SocketCopy> ranks = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      ranks.add(new SocketCopy(outs.get(i), ins.get((i + size - 1) % size), chunk));
    }
    return ranks;
  }

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

  private static ByteBuffer upTo(ByteBuffer buffer, long bytes) {
    if (!buffer.hasRemaining()) {
      buffer.clear();
    }
    return buffer.limit((int) Math.min(buffer.capacity(), buffer.position() + bytes));
  }
}
