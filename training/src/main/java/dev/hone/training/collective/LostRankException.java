package dev.hone.training.collective;

import dev.hone.formats.HoneException;

/**
 * Another rank is gone, silent, or closed the connection. It is what a rank sees of the trouble of
 * another: whoever has the errors of all ranks should show one that is no such exception first.
 */
public final class LostRankException extends HoneException {
  private static final long serialVersionUID = 1L;

  private final int lost;

  LostRankException(Peer peer, String message, Throwable cause) {
    super(message, cause);
    this.lost = peer.rank();
  }

  /** The rank that is lost. */
  public int lost() {
    return lost;
  }
}
