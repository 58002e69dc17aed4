package dev.hone.training.collective;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-GCM over the frames of one connection, in one direction. The nonce of a frame is its number,
 * which never comes twice under a key because every connection has a key of its own.
 */
final class Seal {
  /** Bytes that a sealed frame is longer by. */
  static final int TAG_BYTES = 16;

  private static final int NONCE_BYTES = 12;

  private final SecretKeySpec key;
  private final Cipher cipher;
  private final ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES);
  private final byte[] head = new byte[Head.BYTES];
  private final byte[] sealed;

  /**
   * Prepares to seal, or to open.
   *
   * @param longest bytes of the longest payload
   */
  Seal(byte[] key, int longest) {
    this.key = new SecretKeySpec(key, "AES");
    this.sealed = new byte[longest + TAG_BYTES];
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES-GCM", e);
    }
  }

  /** Puts a payload, sealed, after the head of a frame, and proves the head with it. */
  void close(ByteBuffer frame, byte[] plain, int length, long sequence) {
    try {
      start(Cipher.ENCRYPT_MODE, frame, sequence);
      int n = cipher.doFinal(plain, 0, length, sealed, 0);
      frame.put(Head.BYTES, sealed, 0, n);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot encrypt", e);
    }
  }

  /** Gets the payload out of a frame; false if the frame is not as it was sealed. */
  boolean open(ByteBuffer frame, byte[] plain, int length, long sequence) {
    try {
      start(Cipher.DECRYPT_MODE, frame, sequence);
      frame.get(Head.BYTES, sealed, 0, length + TAG_BYTES);
      cipher.doFinal(sealed, 0, length + TAG_BYTES, plain, 0);
      return true;
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot decrypt", e);
    }
  }

  private void start(int mode, ByteBuffer frame, long sequence) throws GeneralSecurityException {
    nonce.putLong(NONCE_BYTES - Long.BYTES, sequence);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce.array()));
    frame.get(0, head);
    cipher.updateAAD(head);
  }
}
