package dev.hone.ingest;

import dev.hone.ingest.read.FileKind;
import dev.hone.ingest.read.FilePart;
import dev.hone.ingest.read.FilePart.LineCount;
import dev.hone.ingest.read.Found;
import dev.hone.ingest.read.JsonSniffer;
import dev.hone.ingest.read.PartReader;
import dev.hone.ingest.read.ZstdCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The records of files, read by the tasks of a Spark job.
 *
 * <p>The position of a record in its file is exact although a large file is read in parts: a first
 * job counts the lines of each part, and each part starts to number where the parts before it end.
 */
final class FileRecords {
  /** Bytes of a part: small enough that two cores share one corpus of 100 MB. */
  static final long PART_BYTES = 16L << 20;

  private final JavaSparkContext spark;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final long partBytes;

  FileRecords(SparkSession session, long partBytes) {
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.hadoop =
        spark.broadcast(
            new SerializableConfiguration(
                ZstdCodec.register(session.sessionState().newHadoopConf())));
    this.partBytes = partBytes;
  }

  /** Finds out which JSON files have a value a line. */
  List<SourceFile> sniff(List<SourceFile> files) {
    List<SourceFile> json = files.stream().filter(file -> file.kind() == FileKind.JSON).toList();
    if (json.isEmpty()) {
      return files;
    }
    Broadcast<SerializableConfiguration> conf = hadoop;
    Iterator<FileKind> kinds =
        inTasks(json)
            .map(file -> JsonSniffer.kind(file.source(), conf.value().value()))
            .collect()
            .iterator();
    return files.stream()
        .map(file -> file.kind() == FileKind.JSON ? file.as(kinds.next()) : file)
        .toList();
  }

  /** Finds out which Parquet files have the same columns, and which cannot be read. */
  ParquetGroups group(List<SourceFile> files) {
    Broadcast<SerializableConfiguration> conf = hadoop;
    return ParquetGroups.of(
        files,
        inTasks(files)
            .map(file -> ParquetGroups.footer(file.source(), conf.value().value()))
            .collect()
            .iterator());
  }

  /** What becomes of files that cannot be read at all: one refused record each. */
  JavaRDD<Row> damaged(Map<SourceFile, String> files, Outcomes outcomes) {
    List<Row> rows =
        files.entrySet().stream()
            .map(
                file ->
                    outcomes.of(
                        file.getKey(),
                        new Found.Broken(
                            0,
                            null,
                            "damaged_file",
                            "the file cannot be read: %s; write the file again"
                                .formatted(file.getValue()),
                            "")))
            .toList();
    return inTasks(rows);
  }

  /** What becomes of the records of files that are not Parquet; rows of {@link Outcomes#SCHEMA}. */
  JavaRDD<Row> outcomes(List<SourceFile> files, Outcomes outcomes) {
    Broadcast<SerializableConfiguration> conf = hadoop;
    return inTasks(numbered(parts(files)))
        .mapPartitions(
            parts -> {
              Records records = new Records(parts, files, outcomes, conf);
              TaskCompletionListener close = context -> records.close();
              TaskContext.get().addTaskCompletionListener(close);
              return records;
            });
  }

  private List<FilePart> parts(List<SourceFile> files) {
    List<FilePart> parts = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      SourceFile file = files.get(i);
      long step =
          file.wholeOnly() || !file.kind().hasLines() ? Math.max(file.size(), 1) : partBytes;
      for (long start = 0; start < file.size(); start += step) {
        parts.add(
            new FilePart(
                i, file.source(), file.kind(), start, Math.min(step, file.size() - start), 0, 0));
      }
    }
    return parts;
  }

  /** Tells every part of a file how many lines come before it. */
  private List<FilePart> numbered(List<FilePart> parts) {
    List<Integer> followed =
        IntStream.range(0, parts.size() - 1)
            .filter(i -> parts.get(i).file() == parts.get(i + 1).file())
            .boxed()
            .toList();
    if (followed.isEmpty()) {
      return parts;
    }
    Broadcast<SerializableConfiguration> conf = hadoop;
    Iterator<LineCount> counts =
        inTasks(followed.stream().map(parts::get).toList())
            .map(part -> part.count(conf.value().value()))
            .collect()
            .iterator();
    List<FilePart> numbered = new ArrayList<>(parts);
    LineCount before = LineCount.NONE;
    for (int i : followed) {
      before = (parts.get(i).start() == 0 ? LineCount.NONE : before).plus(counts.next());
      numbered.set(i + 1, parts.get(i + 1).after(before));
    }
    return numbered;
  }

  private <T> JavaRDD<T> inTasks(List<T> work) {
    // Enough tasks to even out parts of unlike size, but not one for each of a million files.
    int tasks = Math.max(1, Math.min(work.size(), 16 * spark.defaultParallelism()));
    return spark.parallelize(work, tasks);
  }

  /** What becomes of the records of parts, one part open at a time. */
  private static final class Records implements Iterator<Row> {
    private final Iterator<FilePart> parts;
    private final List<SourceFile> files;
    private final Outcomes outcomes;
    private final Broadcast<SerializableConfiguration> hadoop;
    private FilePart part;
    private PartReader reader;

    Records(
        Iterator<FilePart> parts,
        List<SourceFile> files,
        Outcomes outcomes,
        Broadcast<SerializableConfiguration> hadoop) {
      this.parts = parts;
      this.files = files;
      this.outcomes = outcomes;
      this.hadoop = hadoop;
    }

    @Override
    public boolean hasNext() {
      while ((reader == null || !reader.hasNext()) && parts.hasNext()) {
        close();
        part = parts.next();
        try {
          reader = PartReader.open(part, hadoop.value().value());
        } catch (IOException e) {
          throw new UncheckedIOException("cannot open " + part.path(), e);
        }
      }
      return reader != null && reader.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return outcomes.of(files.get(part.file()), reader.next());
    }

    void close() {
      if (reader != null) {
        try {
          reader.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
