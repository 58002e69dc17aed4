package dev.hone.packing;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.QualityRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.formats.tables.SignatureRow;
import dev.hone.formats.tokenizer.SharedTokenizer;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.ingest.tables.Progress;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.packing.quality.EvaluationGrams;
import java.util.List;
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
 * all documents is not repeated; to one that holds all but the newest these are added; from one of
 * which few documents are gone these are taken out; one that was cut off, or of which many are
 * gone, is replaced. The {@code preps} row is written last, so that whoever finds it finds all
 * packs.
 */
public final class PrepJob {
  private static final List<Class<? extends Record>> TABLES =
      List.of(
          DocumentRow.class,
          QuarantineRow.class,
          SignatureRow.class,
          SampleRow.class,
          PackRow.class,
          PrepRow.class,
          PrepCountRow.class,
          QualityRow.class);

  private static final long MOST_DOCUMENTS_A_TASK = 25_000;
  private static final long DOCUMENTS_WORTH_A_TASK = 1_000;
  private static final long TASKS_A_CORE = 4;

  private final Warehouse warehouse;
  private final PrepSpec spec;
  private final PackWindow window;
  private final int partitions;
  private final Progress.Listener watcher;

  /**
   * @param window what is packed together
   * @param partitions tasks that tokenize; 0: by the number of documents
   * @param watcher is told how far tokenizing has come
   */
  PrepJob(
      Warehouse warehouse,
      PrepSpec spec,
      PackWindow window,
      int partitions,
      Progress.Listener watcher) {
    this.warehouse = warehouse;
    this.spec = spec;
    this.window = window;
    this.partitions = partitions;
    this.watcher = watcher;
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
    return run(spark, warehouse, spec, Progress.Listener.NONE);
  }

  /** The same, watched: the listener is told how far tokenizing has come. */
  public static PrepReport run(
      SparkSession spark, String warehouse, PrepSpec spec, Progress.Listener watcher) {
    PackWindow window = PackWindow.of(spec.sequenceLen());
    return new PrepJob(Warehouse.open(spark, warehouse), spec, window, 0, watcher).run();
  }

  PrepReport run() {
    warehouse.create(TABLES);
    // One version throughout: what is packed is what the content was hashed from.
    Dataset<Row> everything =
        warehouse.read(DocumentRow.class, warehouse.version(DocumentRow.class));
    Dataset<Row> documents =
        everything.where(
            col("dataset").isin(spec.allDatasets().stream().map(PrepDataset::name).toArray()));
    DocumentSources sources = DocumentSources.of(documents, spec);
    sources.requireTraining(spec);
    Start start =
        start(
            sources,
            spec.quality().contamination().map(rule -> EvaluationRows.grams(everything, rule)));
    PrepTables tables = new PrepTables(warehouse, start.identity().prepId());
    Optional<PrepRow> finished = tables.finished();
    if (finished.isPresent()
        && finished.get().content().equals(Optional.of(start.identity().content()))) {
      return reused(finished.get(), tables, start.notices());
    }
    return finished
        .flatMap(prep -> Growth.since(prep, tables, documents, spec))
        .map(growth -> grow(growth, finished.get(), documents, tables, start))
        .or(() -> finished.flatMap(prep -> retire(prep, documents, tables, start)))
        .orElseGet(() -> make(sources, documents, tables, start));
  }

  /** The same preparation without documents that are gone, and with those that came. */
  private Optional<PrepReport> retire(
      PrepRow finished, Dataset<Row> documents, PrepTables tables, Start start) {
    Retirement retirement = new Retirement(tables, spec);
    Optional<PrepRow> left = retirement.of(finished, documents);
    return left.flatMap(prep -> Growth.since(prep, tables, documents, spec))
        .map(
            growth ->
                growth.sources().documents() > 0
                    ? grow(growth, left.get(), documents, tables, start)
                    : settled(
                        retirement.settle(left.get(), start.identity().content()), tables, start));
  }

  private PrepReport settled(PrepRow prep, PrepTables tables, Start start) {
    PrepReport report = reused(prep, tables, start.notices());
    if (!report.quality().isEmpty()) {
      tables.replace(QualityRow.class, warehouse.toDataset(QualityRow.class, report.quality()));
    }
    return report;
  }

  /** What is known before anything is tokenized. */
  private record Start(
      PrepIdentity identity,
      SharedTokenizer.Engine engine,
      Optional<EvaluationGrams> evaluation,
      List<String> notices) {}

  private Start start(DocumentSources sources, Optional<EvaluationGrams> evaluation) {
    SharedTokenizer shared = SharedTokenizer.read(spec.tokenizer());
    try (Tokenizer tokenizer = shared.open()) {
      SampleMaker maker =
          new SampleMaker(
              tokenizer, spec.allDatasets(), spec.lengthRules(), spec.packing().examples());
      return new Start(
          PrepIdentity.of(spec, maker, sources, window, evaluation),
          shared.engine(),
          evaluation,
          PadNotice.of(tokenizer).stream().toList());
    }
  }

  private PrepReport reused(PrepRow prep, PrepTables tables, List<String> notices) {
    List<PrepReport.Refusals> refusals = tables.refusals(spec);
    PrepCounts counts = tables.counts();
    new Guards(tables, spec).check(refusals, counts, tables::untrainedEnds);
    return new PrepReport(
        prep,
        0,
        refusals,
        counts.rows(prep.prepId()),
        QualityRows.of(prep.prepId(), spec, counts, refusals),
        MixReport.lines(spec, counts),
        notices);
  }

  /** The whole preparation. */
  private PrepReport make(
      DocumentSources sources, Dataset<Row> documents, PrepTables tables, Start start) {
    try (QualityStage quality = new QualityStage(warehouse, spec, start.evaluation())) {
      Sampling sampling =
          Sampling.of(
              quality.marked(sources.positioned(documents, 0, spec.dedup()), Optional.empty()),
              spec);
      return encode(
          new Work(sampling, 0, sources),
          Split.of(spec, sampling.notSampled().isEmpty() ? documents : sampling.documents()),
          start,
          PrepWriter.replacing(tables, spec, start.identity()));
    }
  }

  /** The same preparation with more documents. */
  private PrepReport grow(
      Growth growth, PrepRow finished, Dataset<Row> documents, PrepTables tables, Start start) {
    // Windows are counted from 0, so the added documents begin one of their own.
    long windowsBefore = 1 + (tables.nextPosition() - 1) / window.positions();
    long first = windowsBefore * window.positions();
    try (QualityStage quality = new QualityStage(warehouse, spec, start.evaluation())) {
      Dataset<Row> added = growth.positioned(documents, first, spec.dedup());
      Dataset<Row> marked =
          quality.marked(added, Optional.of(growth.earlier(documents, tables, spec)));
      return encode(
          new Work(Sampling.all(marked), first, growth.sources()),
          Split.of(spec, finished),
          start,
          PrepWriter.adding(tables, spec, start.identity(), finished));
    }
  }

  /**
   * Documents to encode.
   *
   * @param sampling which they are, with position, kept_as and what removed them
   * @param first position of the first of them
   * @param sources of them and of those that were not chosen
   */
  private record Work(Sampling sampling, long first, DocumentSources sources) {
    long documents() {
      return sources.documents() - sampling.left();
    }
  }

  private PrepReport encode(Work work, Split split, Start start, PrepWriter writer) {
    Broadcast<ShippedTokenizer> tokenizer =
        JavaSparkContext.fromSparkContext(warehouse.spark().sparkContext())
            .broadcast(ShippedTokenizer.read(spec.tokenizer(), start.engine()));
    EncodeStage stage =
        new EncodeStage(
            spec.allDatasets(),
            spec.lengthRules(),
            split,
            spec.packRules(),
            window,
            spec.mix().isEmpty());
    long documents = work.documents();
    long end = work.first() + work.sources().positions();
    int tasks = window.tasks(work.first(), end, tasks(documents));
    Progress progress =
        Progress.start(warehouse.spark().sparkContext(), "tokenize", tasks, watcher);
    Dataset<Row> encoded =
        stage
            .encode(
                work.sampling().documents(), work.first(), end, tokenizer, tasks, progress.counts())
            // Read several times below, and tokenizing is the dear part; on disk, whatever the
            // size.
            .persist(StorageLevel.DISK_ONLY());
    try (progress;
        Kept kept = new Kept()) {
      PrepCounts left = PrepCounts.notSampled(work.sampling().notSampled());
      if (spec.mix().isEmpty()) {
        return writer.write(encoded, split.heldOut(), documents, left, start.notices());
      }
      MixStage.Mixed mixed =
          EncodedDocuments.plainly(
              () -> new MixStage(spec, window, kept).mix(encoded, end, this::tasks));
      return writer.write(
          mixed.rows(),
          split.heldOut(),
          documents - mixed.left(),
          left.plus(mixed.counts()),
          start.notices());
    } finally {
      encoded.unpersist();
      tokenizer.destroy();
    }
  }

  /** Few enough documents a task to lose little with one, and tasks enough to even out. */
  private int tasks(long documents) {
    if (partitions > 0) {
      return partitions;
    }
    long worthIt = 1 + documents / DOCUMENTS_WORTH_A_TASK;
    long parallelism = warehouse.spark().sparkContext().defaultParallelism();
    long atLeast = 1 + documents / MOST_DOCUMENTS_A_TASK;
    return Math.toIntExact(Math.max(atLeast, Math.min(TASKS_A_CORE * parallelism, worthIt)));
  }
}
