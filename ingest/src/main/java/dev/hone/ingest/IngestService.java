package dev.hone.ingest;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.Progress;
import dev.hone.ingest.tables.Warehouse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Takes in landing folders until it is closed, each as a stream of its own.
 *
 * <pre>{@code
 * DatasetSource chats =
 *     DatasetSource.of("chats", "s3a://lake/landing/chats", "sharegpt")
 *         .landing(Landing.availableNow().everySoOften(Duration.ofSeconds(30)));
 * try (IngestService service = IngestService.start(spark, warehouse, List.of(chats))) {
 *   service.await(); // until another thread closes it
 * }
 * }</pre>
 */
public final class IngestService implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(200);

  private final List<LandingStream> streams = new ArrayList<>();

  private IngestService() {}

  /**
   * Starts. The tables must exist, see {@link Warehouse#create}.
   *
   * @param folders entries with a {@link Landing}
   * @throws HoneException if one is wrong; then none is started
   */
  public static IngestService start(
      SparkSession spark, Warehouse warehouse, List<DatasetSource> folders) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    List<LandingFolder> found =
        IngestJob.found(folders, folder -> LandingFolder.find(spark, folder, hadoop));
    IngestJob job = new IngestJob(spark, warehouse, FileRecords.PART_BYTES, Progress.Listener.NONE);
    IngestService service = new IngestService();
    try {
      found.forEach(
          folder -> service.streams.add(LandingStream.start(spark, warehouse, folder, job)));
      return service;
    } catch (RuntimeException e) {
      service.close();
      throw e;
    }
  }

  /**
   * Waits until it is closed.
   *
   * @throws HoneException if a batch failed; the other folders are then stopped too
   */
  public void await() {
    try {
      while (streams.stream().allMatch(stream -> stream.awaitFor(LOOK))) {
        Thread.onSpinWait();
      }
      streams.forEach(LandingStream::stop);
      streams.forEach(LandingStream::await);
    } catch (HoneException e) {
      close();
      throw e;
    }
  }

  /** What the warehouse holds of each folder, and what was read since the start. */
  public List<IngestReport.Dataset> reports() {
    return streams.stream().map(LandingStream::report).toList();
  }

  /** Ends it once the batches in flight are committed. */
  @Override
  public void close() {
    streams.forEach(LandingStream::stop);
  }
}
