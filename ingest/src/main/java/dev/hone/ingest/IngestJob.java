package dev.hone.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.split;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.DatasetState.Version;
import dev.hone.ingest.tables.Failures;
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
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Brings the tables {@code documents} and {@code quarantine} to what the datasets of a
 * configuration now hold.
 *
 * <p>A source (a file, a table, a query) is read only if its version is new: modification time and
 * size of a file, commit of a Delta table, fingerprint of the rows of anything else, and in each
 * case the settings that say how it is read. So a second run adds nothing. When a version is new,
 * the documents of the old one are deleted in the commit that adds the new ones; so are those of a
 * file that is gone. The warehouse mirrors the dataset.
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

  IngestJob(SparkSession spark, Warehouse warehouse, long partBytes) {
    this.spark = spark;
    this.warehouse = warehouse;
    this.partBytes = partBytes;
  }

  /**
   * Ingests datasets. The tables must exist, see {@link Warehouse#create}.
   *
   * @throws HoneException in one line for every dataset whose path, type or keys are wrong, before
   *     anything is read; and if a source cannot be read
   */
  public static IngestReport run(
      SparkSession spark, Warehouse warehouse, List<DatasetSource> datasets) {
    return new IngestJob(spark, warehouse, FileRecords.PART_BYTES).run(datasets);
  }

  IngestReport run(List<DatasetSource> datasets) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    List<FoundDataset> work = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (DatasetSource dataset : datasets) {
      try {
        if (!names.add(dataset.name())) {
          throw new HoneException(
              "dataset %s: named twice; give each entry its own name".formatted(dataset.name()));
        }
        work.add(FoundDataset.find(spark, dataset, hadoop));
      } catch (HoneException e) {
        problems.add(e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new HoneException(String.join("; ", problems));
    }
    return new IngestReport(work.stream().map(this::ingest).toList());
  }

  private IngestReport.Dataset ingest(FoundDataset work) {
    DatasetState state = new DatasetState(warehouse, work.dataset().name());
    if (work.files().isPresent()) {
      FileListing listing = work.files().get();
      return ingest(
          work,
          state,
          listing.files(),
          listing.ignored(),
          fresh -> work.outcomes(fresh, partBytes));
    }
    FrameRecords.Frame frame = work.frame();
    try {
      return ingest(
          work,
          state,
          List.of(frame.source()),
          List.of(),
          fresh -> FrameRecords.outcomes(frame, work.outcomes()));
    } finally {
      frame.json().unpersist();
    }
  }

  private IngestReport.Dataset ingest(
      FoundDataset work,
      DatasetState state,
      List<SourceFile> sources,
      List<String> ignored,
      Function<List<SourceFile>, JavaRDD<Row>> reader) {
    Set<Version> current = versions(sources);
    DatasetState.Counts before = state.counts();
    Set<Version> known = before.documents().keySet();
    List<SourceFile> fresh =
        sources.stream().filter(source -> !known.contains(version(source))).toList();
    boolean mirrored =
        fresh.isEmpty()
            && current.containsAll(known)
            && current.containsAll(before.refused().keySet());
    if (mirrored) {
      return report(work, sources, fresh, ignored, before, Read.NOTHING);
    }
    Set<Version> kept = new HashSet<>(known);
    kept.retainAll(current);
    boolean clean = before.refused().isEmpty();
    Read read =
        commit(work, new DatasetCommit(state, kept, now()), clean, () -> reader.apply(fresh));
    DatasetState.Counts after = state.counts();
    requireAll(work, versions(fresh), after, read.records());
    return report(work, sources, fresh, ignored, after, read);
  }

  /** What one run read. */
  private record Read(long records, Map<String, Long> repairs, Optional<TextStatistics> text) {
    static final Read NOTHING = new Read(0, Map.of(), Optional.empty());
  }

  private Read commit(
      FoundDataset work, DatasetCommit commit, boolean clean, Supplier<JavaRDD<Row>> rows) {
    try {
      // Read once and kept, on disk where memory ends: the counts and the commits all need it.
      Dataset<Row> outcomes =
          spark
              .createDataFrame(rows.get(), Outcomes.SCHEMA)
              .persist(StorageLevel.MEMORY_AND_DISK());
      try {
        Row count = outcomes.agg(count(lit(1)), count_if(col("reason").isNotNull())).head();
        long records = count.getLong(0);
        long refused = count.getLong(1);
        Optional<TextStatistics> text =
            records > refused
                ? Optional.of(TextStatistics.of(outcomes.where("record IS NOT NULL")))
                : Optional.empty();
        if (!clean || refused > 0) {
          commit.quarantine(outcomes);
        }
        commit.documents(outcomes);
        return new Read(records, repairs(outcomes), text);
      } finally {
        outcomes.unpersist();
      }
    } catch (HoneException e) {
      throw e;
    } catch (Exception e) {
      throw new HoneException(
          "dataset %s: path '%s' cannot be ingested: %s; nothing of it was added to documents"
              .formatted(work.dataset().name(), work.dataset().path(), Failures.firstLine(e)),
          e);
    }
  }

  /** How often each repair was made. */
  private static Map<String, Long> repairs(Dataset<Row> outcomes) {
    return outcomes
        .where("repairs <> ''")
        .select(explode(split(col("repairs"), ",")).as("repair"))
        .groupBy("repair")
        .count()
        .collectAsList()
        .stream()
        .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1)));
  }

  /** Records in = documents + quarantine. */
  private static void requireAll(
      FoundDataset work, Set<Version> fresh, DatasetState.Counts after, long read) {
    if (after.records(fresh) != read) {
      throw new IllegalStateException(
          "dataset %s: %d records were read, but %d of them are in documents and quarantine"
              .formatted(work.dataset().name(), read, after.records(fresh)));
    }
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
        read.text());
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  private static Set<Version> versions(List<SourceFile> sources) {
    return sources.stream().map(IngestJob::version).collect(Collectors.toSet());
  }

  private static Version version(SourceFile source) {
    return new Version(source.source(), source.version());
  }

  /** The tables that this job writes. */
  public static List<Class<? extends Record>> tables() {
    return List.of(DocumentRow.class, QuarantineRow.class);
  }
}
