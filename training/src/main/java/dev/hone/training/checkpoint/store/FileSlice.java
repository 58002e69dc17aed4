package dev.hone.training.checkpoint.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.zip.CRC32C;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * A part of a file that is sent, read anew for every attempt, so that nothing of it stays in
 * memory.
 */
record FileSlice(Path file, long from, long length) {
  private static final int PIECE = 1 << 16;

  /** CRC32C as S3 has it: four bytes, the highest first, in Base64. */
  String crc32c() throws IOException {
    CRC32C sum = new CRC32C();
    try (InputStream in = stream()) {
      byte[] piece = new byte[PIECE];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        sum.update(piece, 0, read);
      }
    }
    return encoded(sum);
  }

  static String crc32c(byte[] contents) {
    CRC32C sum = new CRC32C();
    sum.update(contents, 0, contents.length);
    return encoded(sum);
  }

  private static String encoded(CRC32C sum) {
    byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt((int) sum.getValue()).array();
    return Base64.getEncoder().encodeToString(bytes);
  }

  RequestBody body() {
    return RequestBody.fromContentProvider(
        () -> {
          try {
            return stream();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        length,
        "application/octet-stream");
  }

  private InputStream stream() throws IOException {
    return new Sliced(FileChannel.open(file, StandardOpenOption.READ), from, from + length);
  }

  private static final class Sliced extends InputStream {
    private final FileChannel channel;
    private final long end;
    private long place;

    Sliced(FileChannel channel, long place, long end) {
      this.channel = channel;
      this.place = place;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (place == end) {
        return -1;
      }
      int wanted = (int) Math.min(length, end - place);
      int read = channel.read(ByteBuffer.wrap(target, offset, wanted), place);
      place += Math.max(read, 0);
      return read;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
