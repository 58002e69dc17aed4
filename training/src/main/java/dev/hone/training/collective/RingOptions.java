package dev.hone.training.collective;

import java.time.Duration;

/**
 * How the ranks of a ring talk. All of them have to say the same.
 *
 * @param timeout how long a rank may be silent while another waits for it; also how long all ranks
 *     have to find each other
 * @param payload how numbers travel that are summed or gathered
 * @param encrypted whether others on the network can neither read nor change what ranks send; if
 *     not, ranks still prove who they are when they meet
 * @param chunkBytes how much is sent on at once
 */
public record RingOptions(Duration timeout, Payload payload, boolean encrypted, int chunkBytes) {
  private static final int CHUNK_BYTES = 256 << 10;

  /** Checks the numbers. */
  public RingOptions {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("a timeout of " + timeout);
    }
    if (chunkBytes <= 0 || chunkBytes % Float.BYTES != 0) {
      throw new IllegalArgumentException("chunks of " + chunkBytes + " bytes");
    }
  }

  /** f32 in the clear. */
  public static RingOptions of(Duration timeout) {
    return new RingOptions(timeout, Payload.F32, false, CHUNK_BYTES);
  }

  /** The same with another payload. */
  public RingOptions withPayload(Payload other) {
    return new RingOptions(timeout, other, encrypted, chunkBytes);
  }

  /** The same, encrypted or not. */
  public RingOptions withEncrypted(boolean other) {
    return new RingOptions(timeout, payload, other, chunkBytes);
  }

  /** The same with other chunks. */
  public RingOptions withChunkBytes(int other) {
    return new RingOptions(timeout, payload, encrypted, other);
  }

  /** What both ends of a connection compare. */
  String spoken() {
    return payload + (encrypted ? " encrypted" : " in the clear") + " in chunks of " + chunkBytes;
  }
}
