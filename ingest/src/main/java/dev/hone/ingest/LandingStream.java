package dev.hone.ingest;

import dev.hone.formats.HoneException;
import dev.hone.ingest.read.ZstdCodec;
import dev.hone.ingest.tables.Failures;
import dev.hone.ingest.tables.Warehouse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Takes in a landing folder. Structured Streaming finds the files and cuts batches; each batch is
 * committed as {@link TableCommit} says, and each file once.
 *
 * <p>Spark hands a batch out again if it did not end, with the same files. What counts is therefore
 * not the checkpoint but the tables: a file of which there are documents was committed whole and is
 * passed over, and so are the quarantine rows of one that got no further ({@link Additions}). So no
 * moment to die at loses or doubles a record, and neither does the loss of the checkpoint.
 */
final class LandingStream {
  private static final long LOOK_MILLIS = 20;

  private final LandingFolder folder;
  private final DatasetState state;
  private final IngestJob job;
  private final CompressionCodecFactory codecs;
  private final StreamingQuery query;
  private final CountDownLatch parked = new CountDownLatch(1);
  private final List<String> ignored = new ArrayList<>();
  private final Map<String, Long> repairs = new TreeMap<>();
  private volatile boolean stopping;
  private long sourcesRead;
  private long recordsRead;
  private long forgotten;

  private LandingStream(
      SparkSession spark, Warehouse warehouse, LandingFolder folder, IngestJob job)
      throws TimeoutException {
    this.folder = folder;
    this.job = job;
    this.state = new DatasetState(warehouse, folder.found().dataset().name());
    this.codecs =
        new CompressionCodecFactory(
            ZstdCodec.register(new Configuration(spark.sessionState().newHadoopConf())));
    folder.requireSameRules(state);
    VoidFunction2<Dataset<Row>, Long> batch = (files, id) -> take(files);
    this.query =
        folder
            .files(spark)
            .writeStream()
            .queryName("ingest " + state.dataset())
            .option("checkpointLocation", folder.checkpoint(state))
            .trigger(
                folder
                    .how()
                    .every()
                    .map(pause -> Trigger.ProcessingTime(pause.toMillis()))
                    .orElseGet(Trigger::AvailableNow))
            .foreachBatch(batch)
            .start();
  }

  /**
   * Begins to take files in, on threads of Spark's own.
   *
   * @throws HoneException if what is there was read by other rules, or the stream cannot start
   */
  static LandingStream start(
      SparkSession spark, Warehouse warehouse, LandingFolder folder, IngestJob job) {
    try {
      return new LandingStream(spark, warehouse, folder, job);
    } catch (TimeoutException e) {
      throw failure(folder, e);
    }
  }

  /**
   * Waits until all is taken, or {@link #stop} was called.
   *
   * @throws HoneException if a batch failed
   */
  void await() {
    try {
      query.awaitTermination();
    } catch (StreamingQueryException e) {
      throw failure(folder, e);
    }
  }

  /**
   * Waits, but not for long.
   *
   * @return whether it still goes on
   * @throws HoneException if a batch failed
   */
  boolean awaitFor(Duration atMost) {
    try {
      return !query.awaitTermination(atMost.toMillis());
    } catch (StreamingQueryException e) {
      throw failure(folder, e);
    }
  }

  /** Ends the stream once the batch in flight is committed. */
  void stop() {
    stopping = true;
    try {
      while (query.isActive()
          && query.status().isTriggerActive()
          && !parked.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        Thread.onSpinWait();
      }
      query.stop();
    } catch (TimeoutException e) {
      throw failure(folder, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the warehouse now holds of the folder, and what was read since the start. */
  synchronized IngestReport.Dataset report() {
    return IngestReport.Dataset.of(folder.found().dataset(), state)
        .after(sourcesRead, recordsRead, forgotten, repairs, ignored);
  }

  private synchronized void take(Dataset<Row> files) throws InterruptedException {
    if (stopping) {
      // The stream is about to be stopped; what it holds now is found again by the next one.
      parked.countDown();
      new CountDownLatch(1).await();
    }
    List<SourceFile> landed = described(files.collectAsList());
    if (!landed.isEmpty()) {
      job.add(folder.found(), state, landed)
          .ifPresent(
              added -> {
                sourcesRead += added.files();
                recordsRead += added.records();
                forgotten += added.forgotten();
                added.repairs().forEach((repair, n) -> repairs.merge(repair, n, Long::sum));
              });
    }
  }

  private List<SourceFile> described(List<Row> rows) {
    DatasetSource dataset = folder.found().dataset();
    List<SourceFile> files = new ArrayList<>();
    for (Row row : rows) {
      Path file = new Path(row.getString(0));
      FileListing.source(
              dataset, folder.base(), file, row.getTimestamp(1).getTime(), row.getLong(2), codecs)
          .ifPresentOrElse(files::add, () -> ignored.add(file.toString()));
    }
    return files.stream()
        .sorted(Comparator.comparing(SourceFile::source))
        .collect(Collectors.toList());
  }

  private static HoneException failure(LandingFolder folder, Exception e) {
    DatasetSource dataset = folder.found().dataset();
    return new HoneException(
        "dataset %s: path '%s' cannot be ingested: %s; what was committed stays, and the next run goes on from there"
            .formatted(dataset.name(), dataset.path(), Failures.firstLine(e)),
        e);
  }
}
