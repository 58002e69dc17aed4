package dev.hone.training.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Someone who connected, and may be the rank before. The guest gets random bytes, has to answer
 * with random bytes of its own and its proof, and only then gets ours.
 */
final class Guest {
  private static final int HELLO_BYTES =
      2 * Integer.BYTES + Meeting.NONCE_BYTES + Meeting.PROOF_BYTES;

  private final Talk talk;
  private final RunSecret secret;
  private final Roles roles;
  private final String address;
  private final long since = System.nanoTime();
  private final byte[] nonce = Meeting.nonce();
  private byte[] theirNonce = new byte[0];

  Guest(SocketChannel channel, RunSecret secret, Roles roles) throws IOException {
    this.talk = new Talk(channel);
    this.secret = secret;
    this.roles = roles;
    this.address = String.valueOf(channel.getRemoteAddress());
    talk.expect(HELLO_BYTES);
  }

  /** Says what a proof has to be given for. */
  void greet() throws IOException {
    talk.say(ByteBuffer.allocate(Long.BYTES + nonce.length).putLong(Meeting.GREETING).put(nonce));
  }

  /**
   * Listens on; true when the guest is proven, and knows it.
   *
   * @throws RefusedException if it is not the one
   */
  boolean proven() throws IOException {
    if (!talk.heard()) {
      return false;
    }
    ByteBuffer hello = talk.message();
    int caller = hello.getInt();
    int called = hello.getInt();
    theirNonce = Talk.next(hello, Meeting.NONCE_BYTES);
    byte[] proof = Talk.next(hello, Meeting.PROOF_BYTES);
    if (!RunSecret.same(proof, secret.callerProof(meeting()))) {
      throw new RefusedException(
          String.format(
              "did not prove to be rank %d of %s that calls rank %d (it says %d calls %d)",
              roles.caller(), secret, roles.called(), caller, called));
    }
    talk.say(ByteBuffer.allocate(Meeting.PROOF_BYTES).put(secret.calledProof(meeting())));
    return true;
  }

  /** What the two agree on. */
  Meeting meeting() {
    return new Meeting(roles, theirNonce, nonce);
  }

  /** Nanoseconds since it connected. */
  long age() {
    return System.nanoTime() - since;
  }

  /** The connection. */
  SocketChannel channel() {
    return talk.channel();
  }

  /** Where it comes from. */
  @Override
  public String toString() {
    return address;
  }
}
