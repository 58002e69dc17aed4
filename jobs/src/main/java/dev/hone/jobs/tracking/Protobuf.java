package dev.hone.jobs.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One message of <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers</a>,
 * written field by field. Two trackers need a handful of small messages; the library would bring
 * 1.7 MB and a version that has to agree with Spark's.
 *
 * <p>Example: {@code new Protobuf().number(1, 150).bytes()} is {@code 08 96 01}.
 */
final class Protobuf {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED_32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** An integer, enumeration or boolean. */
  Protobuf number(int field, long value) {
    tag(field, VARINT);
    varint(value);
    return this;
  }

  /** A {@code double}. */
  Protobuf real(int field, double value) {
    tag(field, FIXED_64);
    out.writeBytes(little(8).putDouble(value).array());
    return this;
  }

  /** A {@code float}. */
  Protobuf single(int field, float value) {
    tag(field, FIXED_32);
    out.writeBytes(little(4).putFloat(value).array());
    return this;
  }

  /** A text. */
  Protobuf text(int field, String value) {
    return bytes(field, value.getBytes(UTF_8));
  }

  /** A message inside this one. */
  Protobuf message(int field, Protobuf value) {
    return bytes(field, value.bytes());
  }

  private Protobuf bytes(int field, byte[] value) {
    tag(field, LENGTH);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  /** The message. */
  byte[] bytes() {
    return out.toByteArray();
  }

  private void tag(int field, int type) {
    varint(((long) field << 3) | type);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
