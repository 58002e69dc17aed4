package dev.hone.training.collective;

import java.security.SecureRandom;

/**
 * What two ranks that meet agree on.
 *
 * @param callerNonce random bytes of the caller, never used before
 * @param calledNonce random bytes of the called, never used before
 */
record Meeting(Roles roles, byte[] callerNonce, byte[] calledNonce) {
  /** Bytes of a nonce. */
  static final int NONCE_BYTES = 32;

  /** Bytes of a proof. */
  static final int PROOF_BYTES = 32;

  /** What the called sends first, before its nonce: the protocol and its version. */
  static final long GREETING = 0x686F6E6572696E31L;

  private static final SecureRandom RANDOM = new SecureRandom();

  /** New random bytes. */
  static byte[] nonce() {
    byte[] bytes = new byte[NONCE_BYTES];
    RANDOM.nextBytes(bytes);
    return bytes;
  }
}
