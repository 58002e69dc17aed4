package dev.hone.training.collective;

import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;

/**
 * The connections of a rank, both proven.
 *
 * @param rank this rank
 * @param before to receive from
 * @param next to send to
 */
record Neighbours(int rank, Neighbour before, Neighbour next) implements AutoCloseable {

  /**
   * One of the two.
   *
   * @param key to encrypt with, if with anything
   */
  record Neighbour(Peer peer, SocketChannel channel, Optional<byte[]> key) {}

  @Override
  public void close() {
    for (Neighbour neighbour : List.of(before, next)) {
      Sockets.close(neighbour.channel());
    }
  }
}
