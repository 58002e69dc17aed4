package dev.hone.jobs.tracking;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * TensorFlow's framing of records: the length as 8 bytes, its checksum, the record, its checksum;
 * all little-endian. A checksum is CRC-32C, turned right by 15 bits, plus a constant (<a
 * href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">TFRecord</a>).
 */
final class TfRecords {
  private static final int MASK = 0xA282EAD8;

  private TfRecords() {}

  /** A record with its frame. */
  static byte[] framed(byte[] data) {
    ByteBuffer out = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(data.length);
    out.putInt(checksum(out.array(), 8));
    out.put(data).putInt(checksum(data, data.length));
    return out.array();
  }

  private static int checksum(byte[] data, int length) {
    CRC32C crc = new CRC32C();
    crc.update(data, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }
}
