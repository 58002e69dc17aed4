package dev.hone.ingest.read;

import dev.hone.ingest.read.FilePart.LineCount;
import java.io.Closeable;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;
import org.apache.hadoop.mapreduce.lib.input.LineRecordReader;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;

/**
 * The lines of a part. Hadoop's reader decides which part a line belongs to that crosses from one
 * into the next, skips a byte order mark and decompresses.
 */
final class PartLines implements Closeable {
  private final LineRecordReader reader = new LineRecordReader();

  PartLines(FilePart part, Configuration hadoop) throws IOException {
    reader.initialize(
        new FileSplit(new Path(part.path()), part.start(), part.length(), new String[0]),
        new TaskAttemptContextImpl(hadoop, new TaskAttemptID()));
  }

  /** The next line, valid until the next call; null at the end. */
  Text next() throws IOException {
    return reader.nextKeyValue() ? reader.getCurrentValue() : null;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** Whether a line is only white space, and so no record. */
  static boolean isBlank(Text line) {
    byte[] bytes = line.getBytes();
    for (int i = 0; i < line.getLength(); i++) {
      if (bytes[i] != ' ' && (bytes[i] < '\t' || bytes[i] > '\r')) {
        return false;
      }
    }
    return true;
  }

  /** Counts the lines of a part, so that the next part knows where it begins. */
  static LineCount count(FilePart part, Configuration hadoop) throws IOException {
    long lines = 0;
    long records = 0;
    try (PartLines reader = new PartLines(part, hadoop)) {
      for (Text line = reader.next(); line != null; line = reader.next()) {
        lines++;
        records += isBlank(line) ? 0 : 1;
      }
    }
    return new LineCount(lines, records);
  }
}
