package dev.hone.ingest.read;

import com.github.luben.zstd.ZstdIOException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/**
 * The records of a {@link FilePart}, in the order of the file. What is broken is found and not
 * thrown; a file system that fails throws {@code UncheckedIOException}, so that the task is tried
 * again.
 */
public interface PartReader extends Iterator<Found>, Closeable {
  /** Characters of a damaged file that quarantine keeps: enough to see what is wrong. */
  int RAW_LIMIT = 16 * 1024;

  /** Opens a part. */
  static PartReader open(FilePart part, Configuration hadoop) throws IOException {
    return switch (part.kind()) {
      case JSON_LINES, TEXT -> new LinePartReader(part, hadoop);
      case JSON_VALUES -> new JsonValuesReader(part, hadoop);
      case CSV -> new CsvReader(part, hadoop);
      case PARQUET, JSON ->
          throw new IllegalArgumentException("a file of kind " + part.kind() + " has no parts");
    };
  }

  /** The bytes of a file, decompressed if its name says that it is compressed. */
  static InputStream stream(String path, Configuration hadoop) throws IOException {
    Path file = new Path(path);
    FileSystem fileSystem = file.getFileSystem(hadoop);
    CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(file);
    InputStream bytes = fileSystem.open(file);
    return codec == null ? bytes : codec.createInputStream(bytes);
  }

  /** Whether a failure is the fault of the file, and would come again. */
  static boolean isDamage(IOException e) {
    return e instanceof EOFException
        || e instanceof ZipException
        || e instanceof ZstdIOException
        || isChecksum(e);
  }

  private static boolean isChecksum(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("incorrect header check") || message.contains("not a gzip file");
  }
}
