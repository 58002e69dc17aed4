package dev.hone.training.collective;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;

/** What all connections have in common. */
final class Sockets {
  private Sockets() {}

  /**
   * Sets a connection up. The sizes of its buffers are left to the system, which adapts them: a
   * size that is asked for is bounded by {@code net.core.wmem_max}.
   */
  static void prepare(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
  }

  /** {@code host:port}, with brackets around a host that has colons itself. */
  static String text(String host, int port) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** The way back. */
  static InetSocketAddress parse(String address) {
    int colon = address.lastIndexOf(':');
    return new InetSocketAddress(
        address.substring(0, colon).replaceAll("^\\[|\\]$", ""),
        Integer.parseInt(address.substring(colon + 1)));
  }

  /** Closes, whatever the system says to that. */
  static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger(Sockets.class.getName())
          .log(Level.DEBUG, "a connection did not close in good order", e);
    }
  }
}
