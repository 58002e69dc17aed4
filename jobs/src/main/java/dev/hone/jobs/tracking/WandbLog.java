package dev.hone.jobs.tracking;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/**
 * The framing of a {@code .wandb} file: a header of 7 bytes and then <a
 * href="https://github.com/google/leveldb/blob/main/doc/log_format.md">LevelDB's log format</a>
 * with zlib's CRC-32 of kind and data. Blocks have 32 KiB, the first of them with the header in it;
 * a record that does not fit goes on in the next block, and less than 7 bytes at the end of a block
 * are zeros.
 */
final class WandbLog implements Closeable {
  private static final int BLOCK = 32 * 1024;
  private static final int HEADER = 7;
  private static final short MAGIC = (short) 0xBEE1;
  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int MIDDLE = 3;
  private static final int LAST = 4;

  private final OutputStream out;
  private int used;

  /**
   * Begins a file.
   *
   * @param version of what the records mean
   * @throws IOException also if it is there already
   */
  WandbLog(Path file, int version) throws IOException {
    out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    out.write(
        little(HEADER).put(":W&B".getBytes(US_ASCII)).putShort(MAGIC).put((byte) version).array());
    used = HEADER;
  }

  /** Appends one record, in one piece where it fits into the block. */
  void append(byte[] record) throws IOException {
    if (BLOCK - used < HEADER) {
      out.write(new byte[BLOCK - used]);
      used = 0;
    }
    int done = 0;
    boolean first = true;
    while (first || done < record.length) {
      int now = Math.min(record.length - done, BLOCK - used - HEADER);
      boolean last = done + now == record.length;
      chunk(record, done, now, kind(first, last));
      done += now;
      first = false;
      used = (used + HEADER + now) % BLOCK;
    }
  }

  private static int kind(boolean first, boolean last) {
    if (first) {
      return last ? FULL : FIRST;
    }
    return last ? LAST : MIDDLE;
  }

  private void chunk(byte[] record, int from, int length, int kind) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(kind);
    crc.update(record, from, length);
    byte[] chunk = new byte[HEADER + length];
    ByteBuffer.wrap(chunk)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt((int) crc.getValue())
        .putShort((short) length)
        .put((byte) kind)
        .put(record, from, length);
    out.write(chunk);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
