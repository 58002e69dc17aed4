package dev.hone.training.collective;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.List;

/**
 * Where a rank listens until it has met the others. The ranks tell each other their addresses in
 * some other way; then each connects with the same list.
 *
 * <pre>{@code
 * try (Endpoint endpoint = Endpoint.open(host)) {
 *   List<String> addresses = tellTheOthers(endpoint.address());
 *   try (Collective ring = endpoint.connect(addresses, rank, secret, options)) {
 *     ring.allReduce(gradient);
 *   }
 * }
 * }</pre>
 */
public final class Endpoint implements AutoCloseable {
  private static final int BACKLOG = 256;

  private final ServerSocketChannel server;
  private final String address;

  private Endpoint(ServerSocketChannel server, String address) {
    this.server = server;
    this.address = address;
  }

  /** Listens at a free port of the host, by whose name the others also find it. */
  public static Endpoint open(String host) {
    return open(host, host);
  }

  /**
   * Listens at a free port.
   *
   * @param bind the name or number of an address of this machine; {@code 0.0.0.0} for all
   * @param host the name by which the others find it
   */
  public static Endpoint open(String bind, String host) {
    try {
      ServerSocketChannel server = ServerSocketChannel.open();
      try {
        InetSocketAddress local = new InetSocketAddress(bind, 0);
        if (local.isUnresolved()) {
          throw new UnknownHostException("nothing has that name");
        }
        server.bind(local, BACKLOG);
        int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
        return new Endpoint(server, Sockets.text(host, port));
      } catch (IOException e) {
        Sockets.close(server);
        throw e;
      }
    } catch (IOException e) {
      throw new HoneException(
          String.format(
              "a rank cannot listen on %s: %s. Ranks listen where spark.driver.bindAddress or the"
                  + " executor's host says; see that it is an address of the machine",
              bind, e.getMessage()),
          e);
    }
  }

  /** {@code host:port}. */
  public String address() {
    return address;
  }

  /**
   * Meets the other ranks, and listens no longer.
   *
   * @param addresses of all ranks, by rank
   * @throws HoneException if they have not all met within the timeout
   */
  public Collective connect(
      List<String> addresses, int rank, RunSecret secret, RingOptions options) {
    if (rank < 0 || rank >= addresses.size()) {
      throw new IllegalArgumentException("rank " + rank + " of " + addresses.size());
    }
    if (addresses.size() == 1) {
      close();
      return new Alone();
    }
    try {
      Neighbours neighbours;
      try (Rendezvous rendezvous = new Rendezvous(server, addresses, rank, secret, options)) {
        neighbours = rendezvous.meet();
      }
      try {
        return new Ring(neighbours, addresses.size(), options);
      } catch (IOException e) {
        neighbours.close();
        throw e;
      }
    } catch (IOException e) {
      throw new HoneException(
          "rank "
              + rank
              + " cannot connect to the others: "
              + e.getMessage()
              + ". See the network settings of its machine",
          e);
    }
  }

  /** Listens no longer. */
  @Override
  public void close() {
    Sockets.close(server);
  }
}
