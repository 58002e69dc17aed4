package dev.hone.ingest;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.ForgottenRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.DatasetState.Present;
import dev.hone.ingest.DatasetState.Version;
import dev.hone.ingest.Ingestion.Read;
import dev.hone.ingest.tables.Progress;
import dev.hone.ingest.tables.Warehouse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Brings the tables {@code documents} and {@code quarantine} to what the datasets of a
 * configuration now hold.
 *
 * <p>A source (a file, a table, a query) is read only if its version is new: modification time and
 * size of a file, commit of a Delta table, fingerprint of the rows of anything else, and in each
 * case the settings that say how it is read. So a second run adds nothing. When a version is new,
 * the documents of the old one are deleted in the commit that adds the new ones; so are those of a
 * file that is gone. The warehouse mirrors the dataset. A {@link Landing} folder is not mirrored:
 * what has arrived in it since is added, and nothing else happens. Of a table that is followed
 * ({@link TableRead}) the rows that changed are read, and no others.
 *
 * <p>Every record read becomes either a document or a quarantine row of stage {@code ingest}; the
 * job counts both in the tables afterwards and fails if one is missing. Exact repetitions inside a
 * dataset stay, marked by {@code duplicate_of}; whether they are trained on is a later stage's
 * choice.
 */
public final class IngestJob {
  private final SparkSession spark;
  private final Warehouse warehouse;
  private final long partBytes;
  private final Progress.Listener watcher;

  IngestJob(SparkSession spark, Warehouse warehouse, long partBytes, Progress.Listener watcher) {
    this.spark = spark;
    this.warehouse = warehouse;
    this.partBytes = partBytes;
    this.watcher = watcher;
  }

  /**
   * Ingests datasets. The tables must exist, see {@link Warehouse#create}. A landing folder that a
   * service takes in ({@link Landing#every}) is left to it; the report says what is there.
   *
   * @throws HoneException in one line for every dataset whose path, type or keys are wrong, before
   *     anything is read; and if a source cannot be read
   */
  public static IngestReport run(
      SparkSession spark, Warehouse warehouse, List<DatasetSource> datasets) {
    return run(spark, warehouse, datasets, Progress.Listener.NONE);
  }

  /** The same, watched: the listener is told how far the reading has come. */
  public static IngestReport run(
      SparkSession spark,
      Warehouse warehouse,
      List<DatasetSource> datasets,
      Progress.Listener watcher) {
    return new IngestJob(spark, warehouse, FileRecords.PART_BYTES, watcher).run(datasets);
  }

  IngestReport run(List<DatasetSource> datasets) {
    return new IngestReport(found(datasets, this::prepared).stream().map(Supplier::get).toList());
  }

  /**
   * Looks for every dataset before any is read.
   *
   * @throws HoneException in one line for every dataset that is wrong
   */
  static <T> List<T> found(List<DatasetSource> datasets, Function<DatasetSource, T> finder) {
    List<T> work = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (DatasetSource dataset : datasets) {
      try {
        if (!names.add(dataset.name())) {
          throw new HoneException(
              "dataset %s: named twice; give each entry its own name".formatted(dataset.name()));
        }
        work.add(finder.apply(dataset));
      } catch (HoneException e) {
        problems.add(e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new HoneException(String.join("; ", problems));
    }
    return work;
  }

  private Supplier<IngestReport.Dataset> prepared(DatasetSource dataset) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    if (dataset.table().follow()) {
      TableFollowing following =
          TableFollowing.find(FoundDataset.find(spark, dataset, hadoop), warehouse, watcher);
      return following::run;
    }
    if (dataset.landing().isEmpty()) {
      FoundDataset work = FoundDataset.find(spark, dataset, hadoop);
      return () -> mirror(work);
    }
    LandingFolder folder = LandingFolder.find(spark, dataset, hadoop);
    return folder.how().every().isPresent()
        ? () -> IngestReport.Dataset.of(dataset, new DatasetState(warehouse, dataset.name()))
        : () -> taken(folder);
  }

  private IngestReport.Dataset taken(LandingFolder folder) {
    LandingStream stream = LandingStream.start(spark, warehouse, folder, this);
    stream.await();
    return stream.report();
  }

  /**
   * Adds the records of files that have no documents yet.
   *
   * @return what was read; empty if all of them have
   */
  Optional<Added> add(FoundDataset work, DatasetState state, List<SourceFile> files) {
    Present present = state.present(versions(files));
    Set<Version> emptied = emptied(state);
    List<SourceFile> fresh =
        files.stream()
            .filter(file -> !present.documents().versions().contains(file.inVersion()))
            .filter(file -> !emptied.contains(file.inVersion()))
            .toList();
    if (fresh.isEmpty()) {
      return Optional.empty();
    }
    Set<Version> versions = versions(fresh);
    Ingestion ingestion = new Ingestion(work, new Forgotten(warehouse), watcher);
    Read read =
        ingestion.commit(
            () -> work.outcomes(fresh, partBytes),
            outcomes -> new Additions(state, versions, present, now()));
    ingestion.requireAll(read.records(), state.present(versions).rows());
    return Optional.of(new Added(fresh.size(), read.records(), read.forgotten(), read.repairs()));
  }

  /**
   * What one batch added.
   *
   * @param files how many were read
   * @param records accepted and refused
   * @param forgotten left out
   * @param repairs how often each repair was made
   */
  record Added(long files, long records, long forgotten, Map<String, Long> repairs) {}

  private IngestReport.Dataset mirror(FoundDataset work) {
    if (work.files().isPresent()) {
      FileListing listing = work.files().get();
      return mirror(
          work, listing.files(), listing.ignored(), fresh -> work.outcomes(fresh, partBytes));
    }
    FrameRecords.Frame frame = work.frame();
    try {
      return mirror(
          work,
          List.of(frame.source()),
          List.of(),
          fresh -> FrameRecords.outcomes(frame, work.outcomes()));
    } catch (HoneException e) {
      throw frame.failure().apply(e);
    } finally {
      frame.close().run();
    }
  }

  private IngestReport.Dataset mirror(
      FoundDataset work,
      List<SourceFile> sources,
      List<String> ignored,
      Function<List<SourceFile>, JavaRDD<Row>> reader) {
    DatasetState state = new DatasetState(warehouse, work.dataset().name());
    Set<Version> current = versions(sources);
    DatasetState.Counts before = state.counts();
    // Where every document of a source was forgotten it was read nonetheless.
    Set<Version> known = emptied(state);
    known.retainAll(current);
    known.addAll(before.documents().keySet());
    List<SourceFile> fresh =
        sources.stream().filter(source -> !known.contains(source.inVersion())).toList();
    boolean grown = current.containsAll(known) && current.containsAll(before.refused().keySet());
    if (fresh.isEmpty() && grown) {
      return report(work, sources, fresh, ignored, before, Read.NOTHING);
    }
    Set<Version> kept = new HashSet<>(known);
    kept.retainAll(current);
    Set<Version> versions = versions(fresh);
    TableCommit whole = new DatasetCommit(state, kept, before.refused().isEmpty(), now());
    Ingestion ingestion = new Ingestion(work, new Forgotten(warehouse), watcher);
    Read read =
        ingestion.commit(
            () -> reader.apply(fresh),
            outcomes -> {
              if (!grown || kept.isEmpty()) {
                return whole;
              }
              Additions additions = new Additions(state, versions, state.present(versions), now());
              return additions.comeBeforeTheirEquals(outcomes) ? whole : additions;
            });
    DatasetState.Counts after = state.counts();
    ingestion.requireAll(read.records(), after.records(versions));
    return report(work, sources, fresh, ignored, after, read);
  }

  private static IngestReport.Dataset report(
      FoundDataset work,
      List<SourceFile> sources,
      List<SourceFile> fresh,
      List<String> ignored,
      DatasetState.Counts counts,
      Read read) {
    return new IngestReport.Dataset(
        work.dataset().name(),
        work.dataset().path(),
        sources.size(),
        fresh.size(),
        read.records(),
        counts.accepted(),
        counts.duplicates(),
        counts.refusedByReason(),
        read.repairs(),
        ignored,
        read.text(),
        read.forgotten());
  }

  private Set<Version> emptied(DatasetState state) {
    Forgotten forgotten = new Forgotten(warehouse);
    return forgotten.isEmpty() ? new HashSet<>() : forgotten.emptied(state.dataset());
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  static Set<Version> versions(List<SourceFile> sources) {
    return sources.stream().map(SourceFile::inVersion).collect(Collectors.toSet());
  }

  /** The tables that this job writes, and the one that says what it must not. */
  public static List<Class<? extends Record>> tables() {
    return List.of(DocumentRow.class, QuarantineRow.class, ForgottenRow.class);
  }
}
