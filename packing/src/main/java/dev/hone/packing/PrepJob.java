package dev.hone.packing;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.formats.tokenizer.SharedTokenizer;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.ingest.tables.Warehouse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * {@code documents} to {@code samples} to {@code packs}: tokenized once and packed in the same
 * pass, in Spark tasks, under a {@code prep_id} that names every setting. A preparation that holds
 * all documents is not repeated; to one that holds all but the newest these are added; one that was
 * cut off, or of which documents are gone, is replaced. The {@code preps} row is written last, so
 * that whoever finds it finds all packs.
 */
public final class PrepJob {
  private static final List<Class<? extends Record>> TABLES =
      List.of(
          DocumentRow.class,
          QuarantineRow.class,
          SampleRow.class,
          PackRow.class,
          PrepRow.class,
          PrepCountRow.class);

  private static final long MOST_DOCUMENTS_A_TASK = 25_000;
  private static final long DOCUMENTS_WORTH_A_TASK = 1_000;
  private static final long TASKS_A_CORE = 4;

  private final Warehouse warehouse;
  private final PrepSpec spec;
  private final PackWindow window;
  private final int partitions;

  /**
   * @param window what is packed together
   * @param partitions tasks that tokenize; 0: by the number of documents
   */
  PrepJob(Warehouse warehouse, PrepSpec spec, PackWindow window, int partitions) {
    this.warehouse = warehouse;
    this.spec = spec;
    this.window = window;
    this.partitions = partitions;
  }

  /**
   * Prepares what a specification asks for.
   *
   * @param warehouse path or catalog name of the tables; {@code documents} holds the datasets
   * @throws HoneException if no sample is left to train on, saying how many were refused and why;
   *     if a document is too long and the strategy of its dataset is {@code error}, naming the
   *     first; if a {@link Guard} is hurt that is not allowed; if the tokenizer or a chat template
   *     cannot be used. No pack was written then, and quarantine holds what was refused
   */
  public static PrepReport run(SparkSession spark, String warehouse, PrepSpec spec) {
    return new PrepJob(Warehouse.open(spark, warehouse), spec, PackWindow.of(spec.sequenceLen()), 0)
        .run();
  }

  PrepReport run() {
    warehouse.create(TABLES);
    // One version throughout: what is packed is what the content was hashed from.
    Dataset<Row> documents =
        warehouse
            .read(DocumentRow.class, warehouse.version(DocumentRow.class))
            .where(
                col("dataset").isin(spec.allDatasets().stream().map(PrepDataset::name).toArray()));
    DocumentSources sources = DocumentSources.of(documents, spec);
    sources.requireTraining(spec);
    Start start = start(sources);
    PrepTables tables = new PrepTables(warehouse, start.identity().prepId());
    Optional<PrepRow> finished = tables.finished();
    if (finished.isPresent()
        && finished.get().content().equals(Optional.of(start.identity().content()))) {
      return reused(finished.get(), tables, start.notices());
    }
    return finished
        .flatMap(prep -> Growth.since(prep, tables, documents, spec))
        .map(growth -> grow(growth, finished.get(), documents, tables, start))
        .orElseGet(() -> make(sources, documents, tables, start));
  }

  /** What is known before anything is tokenized. */
  private record Start(
      PrepIdentity identity, SharedTokenizer.Engine engine, List<String> notices) {}

  private Start start(DocumentSources sources) {
    SharedTokenizer shared = SharedTokenizer.read(spec.tokenizer());
    try (Tokenizer tokenizer = shared.open()) {
      SampleMaker maker = new SampleMaker(tokenizer, spec.allDatasets(), spec.lengthRules());
      return new Start(
          PrepIdentity.of(spec, maker, sources, window),
          shared.engine(),
          PadNotice.of(tokenizer).stream().toList());
    }
  }

  private PrepReport reused(PrepRow prep, PrepTables tables, List<String> notices) {
    List<PrepReport.Refusals> refusals = tables.refusals(spec);
    PrepCounts counts = tables.counts();
    new Guards(tables, spec).check(refusals, counts, tables::untrainedEnds);
    return new PrepReport(prep, 0, refusals, counts.rows(prep.prepId()), notices);
  }

  /** The whole preparation. */
  private PrepReport make(
      DocumentSources sources, Dataset<Row> documents, PrepTables tables, Start start) {
    Split split = Split.of(spec, documents);
    Writing writing =
        new Writing(tables, start, split, new PrepCounts(Map.of()), Map.of(), tables::replace);
    return write(sources.positioned(documents, 0, spec.dedup()), 0, sources, writing);
  }

  /** The same preparation with more documents. */
  private PrepReport grow(
      Growth growth, PrepRow finished, Dataset<Row> documents, PrepTables tables, Start start) {
    // Windows are counted from 0, so the added documents begin one of their own.
    long first =
        (tables.nextPosition() + window.positions() - 1) / window.positions() * window.positions();
    Split split =
        Split.of(spec, documents.limit(0)).withBound(finished.heldOutBelow().orElseThrow());
    Map<String, Long> packs =
        Map.of(Split.TRAIN, finished.trainPacks(), Split.EVAL, finished.evalPacks());
    Writing writing = new Writing(tables, start, split, tables.counts(), packs, tables::append);
    return write(
        growth.positioned(documents, first, spec.dedup()), first, growth.sources(), writing);
  }

  /**
   * Where the rows go, and what is there already.
   *
   * @param counts of the documents that are in it
   * @param packs that it has, by split
   */
  private record Writing(
      PrepTables tables,
      Start start,
      Split split,
      PrepCounts counts,
      Map<String, Long> packs,
      Sink sink) {}

  /** Puts rows into a table. */
  private interface Sink {
    void write(Class<? extends Record> table, Dataset<Row> rows);
  }

  private PrepReport write(
      Dataset<Row> documents, long first, DocumentSources sources, Writing writing) {
    Broadcast<ShippedTokenizer> tokenizer =
        JavaSparkContext.fromSparkContext(warehouse.spark().sparkContext())
            .broadcast(ShippedTokenizer.read(spec.tokenizer(), writing.start().engine()));
    EncodeStage stage =
        new EncodeStage(
            spec.allDatasets(), spec.lengthRules(), writing.split(), spec.packing(), window);
    Dataset<Row> encoded =
        stage
            .encode(
                documents,
                first,
                first + sources.positions(),
                tokenizer,
                partitions > 0 ? partitions : tasks(sources.documents()))
            // Read several times below, and tokenizing is the dear part; on disk, whatever the
            // size.
            .persist(StorageLevel.DISK_ONLY());
    try {
      return write(
          new EncodedDocuments(encoded, writing.tables().prepId(), spec),
          sources.documents(),
          writing);
    } finally {
      encoded.unpersist();
      tokenizer.destroy();
    }
  }

  /** Few enough documents a task to lose little with one, and tasks enough to even out. */
  private int tasks(long documents) {
    long worthIt = 1 + documents / DOCUMENTS_WORTH_A_TASK;
    long parallelism = warehouse.spark().sparkContext().defaultParallelism();
    long atLeast = 1 + documents / MOST_DOCUMENTS_A_TASK;
    return Math.toIntExact(Math.max(atLeast, Math.min(TASKS_A_CORE * parallelism, worthIt)));
  }

  private PrepReport write(EncodedDocuments encoded, long documents, Writing writing) {
    PrepTables tables = writing.tables();
    Accounts accounts = encoded.accounts();
    // First of all, so that whoever is stopped below can look at the records.
    writing.sink().write(QuarantineRow.class, encoded.refused());
    encoded.stopIfTooLong();
    List<PrepReport.Refusals> refusals = tables.refusals(spec);
    PrepCounts counts = writing.counts().plus(accounts.counts());
    new Guards(tables, spec).check(refusals, counts, encoded::untrainedEnds);
    if (writing.packs().isEmpty() && !encoded.hasTraining()) {
      throw nothingToTrainOn(accounts, tables.prepId());
    }
    writing.sink().write(SampleRow.class, encoded.samples());
    writing.sink().write(PackRow.class, encoded.packs(writing.packs()));

    List<PrepCountRow> rows = counts.rows(tables.prepId());
    tables.replace(PrepCountRow.class, warehouse.toDataset(PrepCountRow.class, rows));
    PrepRow prep = prepRow(writing, counts, refusals);
    warehouse.upsert(PrepRow.class, List.of(prep), "prep_id");
    return new PrepReport(prep, documents, refusals, rows, writing.start().notices());
  }

  private HoneException nothingToTrainOn(Accounts accounts, String prepId) {
    return new HoneException(
        "no sample to train on: %d documents gave %d samples, all held out (val_set_size %s, %d test_datasets), and %d were refused (%s); table quarantine says why, at prep_id %s"
            .formatted(
                accounts.documents(),
                accounts.samples(),
                spec.valSetSize(),
                spec.evalDatasets().size(),
                accounts.counts().total(PrepCounts.REFUSED),
                accounts.reasons(),
                prepId));
  }

  private PrepRow prepRow(Writing writing, PrepCounts counts, List<PrepReport.Refusals> refusals) {
    PrepIdentity identity = writing.start().identity();
    PrepTables.Packs packs = writing.tables().packs();
    requireNothingLost(identity, counts, refusals, packs);
    return new PrepRow(
        identity.prepId(),
        identity.config(),
        Optional.of(identity.content()),
        Optional.of(writing.split().heldOut().bound()),
        counts.total(PrepCounts.DOCUMENTS),
        counts.total(PrepCounts.SAMPLES),
        refusals.stream().mapToLong(PrepReport.Refusals::records).sum(),
        counts.total(PrepCounts.TRUNCATED_DOCUMENTS),
        packs.train(),
        packs.eval(),
        packs.tokens(),
        packs.trainedTokens(),
        counts.total(PrepCounts.DROPPED_TOKENS),
        (double) packs.tokens() / ((packs.train() + packs.eval()) * spec.sequenceLen()),
        Instant.now().truncatedTo(ChronoUnit.MICROS));
  }

  /** Documents in = documents in packs + documents in quarantine; samples and tokens likewise. */
  private static void requireNothingLost(
      PrepIdentity identity,
      PrepCounts counts,
      List<PrepReport.Refusals> refusals,
      PrepTables.Packs packs) {
    long refused =
        refusals.stream()
            .filter(refusal -> refusal.stage().equals("prep"))
            .mapToLong(PrepReport.Refusals::records)
            .sum();
    if (packs.documents() + refused != counts.total(PrepCounts.DOCUMENTS)
        || packs.samples() != counts.total(PrepCounts.SAMPLES)
        || packs.tokens() != counts.total(PrepCounts.TOKENS)) {
      throw new IllegalStateException(
          "prep %s: %s went into packing, %s came out and %d documents are in quarantine"
              .formatted(identity.prepId(), counts, packs, refused));
    }
  }
}
