package dev.hone.training.collective;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** Calls the next rank, gives it our proof, and hears its own. One attempt to. */
final class Caller implements AutoCloseable {
  private final RunSecret secret;
  private final Roles roles;
  private final Talk talk;
  private final byte[] nonce = Meeting.nonce();
  private byte[] theirNonce = new byte[0];
  private boolean introduced;

  /**
   * Begins to connect.
   *
   * @param roles who calls whom
   */
  Caller(String address, RunSecret secret, Roles roles, Selector selector) throws IOException {
    this.secret = secret;
    this.roles = roles;
    InetSocketAddress socket = Sockets.parse(address);
    if (socket.isUnresolved()) {
      throw new RefusedException("has a name that this machine cannot look up");
    }
    SocketChannel channel = SocketChannel.open();
    try {
      Sockets.prepare(channel);
      boolean connected = channel.connect(socket);
      channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
    } catch (IOException e) {
      Sockets.close(channel);
      throw e;
    }
    this.talk = new Talk(channel);
    talk.expect(Long.BYTES + Meeting.NONCE_BYTES);
  }

  /**
   * Goes on when the connection has something; true when the other is proven.
   *
   * @throws RefusedException if it is not the one
   */
  boolean proven(SelectionKey key) throws IOException {
    if (key.isConnectable()) {
      talk.channel().finishConnect();
      key.interestOps(SelectionKey.OP_READ);
    }
    if (!talk.heard()) {
      return false;
    }
    return introduced ? verified() : introduce();
  }

  private boolean introduce() throws IOException {
    ByteBuffer greeting = talk.message();
    if (greeting.getLong() != Meeting.GREETING) {
      throw new RefusedException("does not speak as a rank of this version does");
    }
    theirNonce = Talk.next(greeting, Meeting.NONCE_BYTES);
    talk.say(
        ByteBuffer.allocate(2 * Integer.BYTES + Meeting.NONCE_BYTES + Meeting.PROOF_BYTES)
            .putInt(roles.caller())
            .putInt(roles.called())
            .put(nonce)
            .put(secret.callerProof(meeting())));
    talk.expect(Meeting.PROOF_BYTES);
    introduced = true;
    return false;
  }

  private boolean verified() throws IOException {
    byte[] proof = Talk.next(talk.message(), Meeting.PROOF_BYTES);
    if (!RunSecret.same(proof, secret.calledProof(meeting()))) {
      throw new RefusedException(
          String.format("did not prove to be rank %d of %s", roles.called(), secret));
    }
    return true;
  }

  /** What the two agree on. */
  Meeting meeting() {
    return new Meeting(roles, nonce, theirNonce);
  }

  /** The connection. */
  SocketChannel channel() {
    return talk.channel();
  }

  @Override
  public void close() {
    Sockets.close(talk.channel());
  }
}
