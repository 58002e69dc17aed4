package dev.hone.training.collective;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the ranks of one attempt of a run know and nobody else does.
 *
 * <p>A proof is the HMAC-SHA256, under the secret, of who proves what to whom: the role, the run
 * and its attempt, both ranks, how they will talk, and random bytes of both. So nothing that was
 * proven once is of use again: not later, not the other way around, not in another attempt.
 */
public final class RunSecret {
  private static final String HMAC = "HmacSHA256";
  private static final int SHORTEST = 16;
  private static final int USUAL = 32;

  private final byte[] secret;
  private final String run;
  private final int attempt;

  /**
   * The secret of an attempt.
   *
   * @param secret at least 16 bytes that cannot be guessed: {@link #random}
   * @param run the run's id
   * @param attempt which attempt of the run it is
   */
  public RunSecret(byte[] secret, String run, int attempt) {
    if (secret.length < SHORTEST) {
      throw new IllegalArgumentException(
          "a secret of " + secret.length + " bytes; at least " + SHORTEST);
    }
    this.secret = secret.clone();
    this.run = run;
    this.attempt = attempt;
  }

  /** Bytes for a new secret. */
  public static byte[] random() {
    byte[] bytes = new byte[USUAL];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /** The secret does not show. */
  @Override
  public String toString() {
    return "attempt " + attempt + " of run " + run;
  }

  /** The proof that the one who calls gives. */
  byte[] callerProof(Meeting meeting) {
    return mac(secret, text("hone ring 1, caller", meeting));
  }

  /** The proof that the one who was called gives. */
  byte[] calledProof(Meeting meeting) {
    return mac(secret, text("hone ring 1, called", meeting));
  }

  /**
   * The key of what the caller sends, in two steps as in HKDF (RFC 5869): a key of this meeting,
   * and from it one of the direction.
   */
  byte[] key(Meeting meeting) {
    byte[] ofMeeting = mac(secret, text("hone ring 1, key", meeting));
    return mac(ofMeeting, text("from the caller to the called", meeting));
  }

  /** Compares in a time that does not depend on where two proofs differ. */
  static boolean same(byte[] a, byte[] b) {
    return MessageDigest.isEqual(a, b);
  }

  private byte[] text(String role, Meeting meeting) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(role);
      out.writeUTF(run);
      out.writeInt(attempt);
      out.writeInt(meeting.roles().size());
      out.writeInt(meeting.roles().caller());
      out.writeInt(meeting.roles().called());
      out.writeUTF(meeting.roles().spoken());
      out.write(meeting.callerNonce());
      out.write(meeting.calledNonce());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] mac(byte[] key, byte[] text) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + HMAC, e);
    }
  }
}
