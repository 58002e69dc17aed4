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
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * {@code documents} to {@code samples} to {@code packs}: tokenized once, in Spark tasks, and packed
 * under a {@code prep_id} that names every input. A preparation that is finished is not repeated;
 * one that was cut off is replaced. The {@code preps} row is written last, so that whoever finds it
 * finds all packs.
 */
public final class PrepJob {
  private static final long MOST_DOCUMENTS_A_TASK = 25_000;
  private static final long DOCUMENTS_WORTH_A_TASK = 1_000;

  private final Warehouse warehouse;
  private final PrepSpec spec;
  private final long window;
  private final int partitions;

  /**
   * @param window positions that are packed together
   * @param partitions tasks that tokenize; 0: by the number of documents
   */
  PrepJob(Warehouse warehouse, PrepSpec spec, long window, int partitions) {
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
    return new PrepJob(Warehouse.open(spark, warehouse), spec, PackPlan.DEFAULT_WINDOW, 0).run();
  }

  PrepReport run() {
    warehouse.create();
    // One version throughout: what is packed is what the prep_id was made from.
    Dataset<Row> documents =
        warehouse.read(DocumentRow.class, warehouse.version(DocumentRow.class));
    DocumentSources sources = DocumentSources.of(documents, spec);
    Start start = start(sources);
    PrepIdentity identity = start.identity();
    PrepTables tables = new PrepTables(warehouse, identity.prepId());
    Optional<PrepRow> finished = tables.finished();
    if (finished.isPresent()) {
      return reused(finished.get(), tables, start.notices());
    }
    Broadcast<ShippedTokenizer> tokenizer =
        JavaSparkContext.fromSparkContext(warehouse.spark().sparkContext())
            .broadcast(ShippedTokenizer.read(spec.tokenizer(), start.engine()));
    Dataset<Row> encoded =
        EncodeStage.encode(
                sources.positioned(documents, spec.dedup()),
                spec.allDatasets(),
                spec.lengthRules(),
                tokenizer,
                partitions > 0 ? partitions : tasks(sources.documents()))
            // Read several times below, and tokenizing is the dear part; on disk, whatever the
            // size.
            .persist(StorageLevel.DISK_ONLY());
    try {
      return write(new EncodedDocuments(encoded, identity.prepId(), spec), tables, start);
    } finally {
      encoded.unpersist();
      tokenizer.destroy();
    }
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
    return new PrepReport(prep, true, refusals, counts.rows(prep.prepId()), notices);
  }

  /** Few enough documents a task to lose little with one, enough to load a tokenizer for. */
  private int tasks(long documents) {
    long worthIt = 1 + documents / DOCUMENTS_WORTH_A_TASK;
    long parallelism = warehouse.spark().sparkContext().defaultParallelism();
    long atLeast = 1 + documents / MOST_DOCUMENTS_A_TASK;
    return Math.toIntExact(Math.max(atLeast, Math.min(parallelism, worthIt)));
  }

  private PrepReport write(EncodedDocuments encoded, PrepTables tables, Start start) {
    PrepIdentity identity = start.identity();
    Accounts accounts = encoded.accounts();
    // First of all, so that whoever is stopped below can look at the records.
    tables.replace(QuarantineRow.class, encoded.refused());
    encoded.stopIfTooLong();
    List<PrepReport.Refusals> refusals = tables.refusals(spec);
    new Guards(tables, spec).check(refusals, accounts.counts(), encoded::untrainedEnds);
    if (encoded.samples().where(col("split").equalTo("train")).isEmpty()) {
      throw nothingToTrainOn(accounts, identity.prepId());
    }
    tables.replace(SampleRow.class, encoded.samples());
    Dataset<Row> samples = tables.read(SampleRow.class);
    Dataset<Row> plan = new PackPlan(spec.packing(), spec.sequenceLen(), window).plan(samples);
    Packer packer = new Packer(identity.prepId(), spec.sequenceLen());
    tables.replace(PackRow.class, PackStage.packs(samples, plan, packer));

    List<PrepCountRow> counts = accounts.counts().rows(identity.prepId());
    tables.replace(PrepCountRow.class, warehouse.toDataset(PrepCountRow.class, counts));
    PrepRow prep = prepRow(identity, accounts, refusals, tables.packs());
    warehouse.append(PrepRow.class, List.of(prep));
    return new PrepReport(prep, false, refusals, counts, start.notices());
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

  private PrepRow prepRow(
      PrepIdentity identity,
      Accounts accounts,
      List<PrepReport.Refusals> refusals,
      PrepTables.Packs packs) {
    requireNothingLost(identity, accounts.counts(), refusals, packs);
    return new PrepRow(
        identity.prepId(),
        identity.config(),
        accounts.documents(),
        accounts.samples(),
        refusals.stream().mapToLong(PrepReport.Refusals::records).sum(),
        accounts.counts().total(PrepCounts.TRUNCATED_DOCUMENTS),
        packs.train(),
        packs.eval(),
        packs.tokens(),
        packs.trainedTokens(),
        accounts.counts().total(PrepCounts.DROPPED_TOKENS),
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
