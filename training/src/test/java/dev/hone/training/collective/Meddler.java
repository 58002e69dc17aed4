package dev.hone.training.collective;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between two ranks: passes on what the caller and the called say, remembers what the caller
 * said, and turns over one bit of it, or holds it back from some byte on, if asked to.
 */
final class Meddler implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  private final AtomicLong flipAt = new AtomicLong(-1);
  private final AtomicLong holdAt = new AtomicLong(Long.MAX_VALUE);
  private final CountDownLatch released = new CountDownLatch(1);
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final Socket target;

  Meddler(String called) throws IOException {
    target = connect(called);
    run(
        () -> {
          Socket caller = server.accept();
          run(() -> pass(target, caller, false));
          pass(caller, target, true);
        });
  }

  /** A plain connection. */
  static Socket connect(String address) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), Sockets.parse(address).getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** Where the caller is to call. */
  String address() {
    return Sockets.text("127.0.0.1", server.getLocalPort());
  }

  /** Turns over a bit of the caller's byte with this number. */
  void flip(long at) {
    flipAt.set(at);
  }

  /** Holds back what the caller says from this byte on. */
  void hold(long at) {
    holdAt.set(at);
  }

  /** Lets go what is held back. */
  void release() {
    released.countDown();
  }

  /** What the caller said so far. */
  synchronized byte[] said() {
    return said.toByteArray();
  }

  private void pass(Socket from, Socket to, boolean meddle) throws IOException {
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    byte[] bytes = new byte[4096];
    long place = 0;
    for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
      if (meddle) {
        long at = flipAt.get() - place;
        if (flipAt.get() >= 0 && at >= 0 && at < n) {
          bytes[(int) at] ^= 4;
        }
        remember(bytes, n);
      }
      int free = meddle ? (int) Math.max(0, Math.min(n, holdAt.get() - place)) : n;
      out.write(bytes, 0, free);
      if (free < n) {
        await(released);
        out.write(bytes, free, n - free);
      }
      place += n;
    }
    to.shutdownOutput();
  }

  private synchronized void remember(byte[] bytes, int n) {
    said.write(bytes, 0, n);
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  /** What may end because a socket was closed. */
  private interface Io {
    void run() throws IOException;
  }

  private static void run(Io io) {
    Thread thread =
        new Thread(
            () -> {
              try {
                io.run();
              } catch (IOException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    target.close();
  }
}
