package dev.hone.training.collective;

import java.nio.ByteBuffer;

/** Numbers as the bytes that ranks tell each other. */
final class Doubles {
  private Doubles() {}

  static byte[] bytes(double... values) {
    ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * values.length);
    bytes.asDoubleBuffer().put(values);
    return bytes.array();
  }

  static double[] of(byte[] bytes) {
    double[] values = new double[bytes.length / Double.BYTES];
    ByteBuffer.wrap(bytes).asDoubleBuffer().get(values);
    return values;
  }
}
