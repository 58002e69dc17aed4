package dev.hone.training.collective;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between two ranks: passes on what the caller and the called say, remembers what the caller
 * said, and turns over one bit of it if asked to.
 */
final class Meddler implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
  private final AtomicLong flipAt = new AtomicLong(-1);
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
    Socket socket = new Socket("127.0.0.1", Sockets.parse(address).getPort());
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
        int at = (int) Math.max(-1, Math.min(n, flipAt.get() - place));
        if (flipAt.get() >= 0 && at >= 0 && at < n) {
          bytes[at] ^= 4;
        }
        remember(bytes, n);
      }
      place += n;
      out.write(bytes, 0, n);
      out.flush();
    }
    to.shutdownOutput();
  }

  private synchronized void remember(byte[] bytes, int n) {
    said.write(bytes, 0, n);
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
