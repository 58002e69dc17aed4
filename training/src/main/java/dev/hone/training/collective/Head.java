package dev.hone.training.collective;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The first bytes of a frame: a mark, what its sender is doing, and which frame of the connection
 * it is.
 */
final class Head {
  /** Bytes of a head. */
  static final int BYTES = 32;

  private static final int MARK = 0x686F6E65;
  private static final Call.Kind[] KINDS = Call.Kind.values();

  private Head() {}

  /** Writes a head at the beginning of a frame. */
  static void write(ByteBuffer frame, Call call, long sequence, int length) {
    frame
        .putInt(0, MARK)
        .putInt(4, call.kind().ordinal())
        .putInt(8, call.number())
        .putInt(12, call.amount())
        .putInt(16, call.detail())
        .putInt(20, length)
        .putLong(24, sequence);
  }

  /** What is wrong with a head, if anything is. */
  static Optional<String> fault(ByteBuffer frame, Call call, long sequence, int length) {
    int kind = frame.getInt(4);
    if (frame.getInt(0) != MARK || kind < 0 || kind >= KINDS.length) {
      return Optional.of(
          "what came is no frame of a ring: bytes were lost, added or changed on the way. "
              + "Look for what stands between the two on the network");
    }
    Call theirs = new Call(frame.getInt(8), KINDS[kind], frame.getInt(12), frame.getInt(16));
    if (!theirs.equals(call)) {
      boolean alike = theirs.toString().equals(call.toString());
      return Optional.of(
          "that rank does "
              + theirs
              + (alike ? " with another root or other parts" : "")
              + ": all ranks have to make the same calls in the same order."
              + " See that they run the same code with the same configuration");
    }
    if (frame.getInt(20) != length || frame.getLong(24) != sequence) {
      return Optional.of(
          String.format(
              "frame %d of %d bytes came where frame %d of %d was due: bytes were lost or added on"
                  + " the way. Look for what stands between the two on the network",
              frame.getLong(24), frame.getInt(20), sequence, length));
    }
    return Optional.empty();
  }
}
