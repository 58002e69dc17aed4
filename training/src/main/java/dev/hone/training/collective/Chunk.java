package dev.hone.training.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** The same bytes, little-endian, seen in three ways. All are used by absolute places only. */
record Chunk(ByteBuffer bytes, FloatBuffer floats, ShortBuffer shorts) {

  /** What a buffer has between its position and its limit. */
  static Chunk of(ByteBuffer buffer) {
    ByteBuffer bytes = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
    return new Chunk(bytes, bytes.asFloatBuffer(), bytes.asShortBuffer());
  }
}
