package dev.hone.ingest.read;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionInputStream;
import org.apache.hadoop.io.compress.CompressionOutputStream;
import org.apache.hadoop.io.compress.Compressor;
import org.apache.hadoop.io.compress.Decompressor;

/**
 * Files that end in {@code .zst}. Hadoop has a codec of that name, which works only where its
 * native library is installed; this one is of the library that Spark itself brings.
 */
public final class ZstdCodec implements CompressionCodec {
  private static final String CODECS = "io.compression.codecs";

  /** Puts this codec in the place of Hadoop's. */
  public static Configuration register(Configuration hadoop) {
    String others = hadoop.get(CODECS, "");
    // The last one that answers to an ending wins.
    hadoop.set(CODECS, (others.isEmpty() ? "" : others + ",") + ZstdCodec.class.getName());
    return hadoop;
  }

  @Override
  public CompressionInputStream createInputStream(InputStream in) throws IOException {
    ZstdInputStream plain = new ZstdInputStream(in);
    return new CompressionInputStream(in) {
      @Override
      public int read() throws IOException {
        return plain.read();
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        return plain.read(bytes, offset, length);
      }

      @Override
      public void resetState() {
        throw new UnsupportedOperationException("a zstd stream is read once, from its beginning");
      }

      @Override
      public void close() throws IOException {
        plain.close();
      }
    };
  }

  @Override
  public CompressionInputStream createInputStream(InputStream in, Decompressor decompressor)
      throws IOException {
    return createInputStream(in);
  }

  @Override
  public CompressionOutputStream createOutputStream(OutputStream out) throws IOException {
    ZstdOutputStream packed = new ZstdOutputStream(out);
    return new CompressionOutputStream(out) {
      @Override
      public void write(int value) throws IOException {
        packed.write(value);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        packed.write(bytes, offset, length);
      }

      @Override
      public void finish() throws IOException {
        packed.flush();
      }

      @Override
      public void resetState() {
        throw new UnsupportedOperationException("a zstd stream is written once");
      }

      @Override
      public void close() throws IOException {
        packed.close();
      }
    };
  }

  @Override
  public CompressionOutputStream createOutputStream(OutputStream out, Compressor compressor)
      throws IOException {
    return createOutputStream(out);
  }

  @Override
  public String getDefaultExtension() {
    return ".zst";
  }

  /** None: the stream does the work, so there is nothing to pool. */
  @Override
  public Class<? extends Decompressor> getDecompressorType() {
    return null;
  }

  @Override
  public Decompressor createDecompressor() {
    return null;
  }

  @Override
  public Class<? extends Compressor> getCompressorType() {
    return null;
  }

  @Override
  public Compressor createCompressor() {
    return null;
  }
}
