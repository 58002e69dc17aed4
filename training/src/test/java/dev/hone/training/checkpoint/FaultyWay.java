package dev.hone.training.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A way to a server that goes wrong for the first connections, and then passes everything on. */
final class FaultyWay implements Closeable {
  /** Bytes of either direction that pass before a connection breaks. */
  private static final int BREAK = 100_000;

  private static final String REFUSAL =
      "<Error><Code>InternalError</Code><Message>We are sorry</Message></Error>";

  /** What goes wrong. */
  enum Fault {
    /** Every request is answered by status 500. */
    ERROR,
    /** Nothing is ever answered. */
    SILENCE,
    /** The connection is reset in the middle of a body. */
    RESET
  }

  private final ServerSocket server;
  private final URI target;
  private final Fault fault;
  private final AtomicInteger left;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  FaultyWay(String target, Fault fault, int times) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = URI.create(target);
    this.fault = fault;
    this.left = new AtomicInteger(times);
    start(this::accept);
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  /** How often it may still go wrong. */
  int left() {
    return Math.max(0, left.get());
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = server.accept();
      open.add(client);
      boolean faulty = left.getAndDecrement() > 0;
      start(() -> serve(client, faulty));
    }
  }

  private void serve(Socket client, boolean faulty) throws IOException {
    if (faulty && fault == Fault.SILENCE) {
      return;
    }
    if (faulty && fault == Fault.ERROR) {
      refuse(client);
      return;
    }
    Socket upstream = new Socket(target.getHost(), target.getPort());
    open.add(upstream);
    int limit = faulty ? BREAK : Integer.MAX_VALUE;
    start(() -> pass(client, upstream, limit));
    pass(upstream, client, limit);
  }

  /** Answers after the head; what follows of the body is read and forgotten. */
  private static void refuse(Socket client) throws IOException {
    InputStream in = client.getInputStream();
    int last = 0;
    for (int next = in.read(); next >= 0 && last != 0x0d0a0d0a; next = in.read()) {
      last = last << 8 | next;
      if (last == 0x0d0a0d0a) {
        break;
      }
    }
    String head =
        "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: %d\r\n\r\n";
    client.getOutputStream().write((head.formatted(REFUSAL.length()) + REFUSAL).getBytes(UTF_8));
    client.shutdownOutput();
    in.transferTo(OutputStream.nullOutputStream());
    client.close();
  }

  private static void pass(Socket from, Socket to, int limit) throws IOException {
    byte[] piece = new byte[1 << 14];
    InputStream in = from.getInputStream();
    long passed = 0;
    for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
      to.getOutputStream().write(piece, 0, read);
      passed += read;
      if (passed > limit) {
        for (Socket socket : new Socket[] {from, to}) {
          socket.setSoLinger(true, 0);
          socket.close();
        }
        return;
      }
    }
    to.shutdownOutput();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // One of the two is gone, as is meant to happen.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
