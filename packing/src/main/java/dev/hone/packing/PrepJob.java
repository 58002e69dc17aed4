package dev.hone.packing;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.formats.tokenizer.DjlTokenizer;
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
   *     if a sample is too long and the strategy is {@code raise}, naming the first; if the
   *     tokenizer or a chat template cannot be used
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
    PrepIdentity identity = identity(sources);
    PrepTables tables = new PrepTables(warehouse, identity.prepId());
    Optional<PrepRow> finished = tables.finished();
    if (finished.isPresent()) {
      return new PrepReport(finished.get(), true, tables.refusals(spec));
    }
    Broadcast<ShippedTokenizer> tokenizer =
        JavaSparkContext.fromSparkContext(warehouse.spark().sparkContext())
            .broadcast(ShippedTokenizer.read(spec.tokenizer()));
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
      return write(new EncodedDocuments(encoded, identity.prepId(), spec), tables, identity);
    } finally {
      encoded.unpersist();
      tokenizer.destroy();
    }
  }

  private PrepIdentity identity(DocumentSources sources) {
    try (Tokenizer tokenizer = DjlTokenizer.open(spec.tokenizer())) {
      SampleMaker maker = new SampleMaker(tokenizer, spec.allDatasets(), spec.lengthRules());
      return PrepIdentity.of(spec, maker, sources, window);
    }
  }

  /** Few enough documents a task to lose little with one, enough to load a tokenizer for. */
  private int tasks(long documents) {
    long worthIt = 1 + documents / DOCUMENTS_WORTH_A_TASK;
    long parallelism = warehouse.spark().sparkContext().defaultParallelism();
    long atLeast = 1 + documents / MOST_DOCUMENTS_A_TASK;
    return Math.toIntExact(Math.max(atLeast, Math.min(parallelism, worthIt)));
  }

  private PrepReport write(EncodedDocuments encoded, PrepTables tables, PrepIdentity identity) {
    Accounts accounts = encoded.accounts();
    encoded.raiseIfTooLong();
    tables.replace(QuarantineRow.class, encoded.refused());
    if (encoded.samples().where(col("split").equalTo("train")).isEmpty()) {
      throw nothingToTrainOn(accounts, identity.prepId());
    }
    tables.replace(SampleRow.class, encoded.samples());
    Dataset<Row> samples = tables.read(SampleRow.class);
    Dataset<Row> plan = new PackPlan(spec.packing(), spec.sequenceLen(), window).plan(samples);
    Packer packer = new Packer(identity.prepId(), spec.sequenceLen());
    tables.replace(PackRow.class, PackStage.packs(samples, plan, packer));

    List<PrepReport.Refusals> refusals = tables.refusals(spec);
    PrepRow prep = prepRow(identity, accounts, refusals, tables.packs());
    warehouse.append(PrepRow.class, List.of(prep));
    return new PrepReport(prep, false, refusals);
  }

  private HoneException nothingToTrainOn(Accounts accounts, String prepId) {
    return new HoneException(
        "no sample to train on: %d documents gave %d samples, all held out (val_set_size %s, %d test_datasets), and %d were refused (%s); table quarantine says why, at prep_id %s"
            .formatted(
                accounts.documents(),
                accounts.samples(),
                spec.valSetSize(),
                spec.evalDatasets().size(),
                accounts.refused(),
                accounts.reasons(),
                prepId));
  }

  private PrepRow prepRow(
      PrepIdentity identity,
      Accounts accounts,
      List<PrepReport.Refusals> refusals,
      PrepTables.Packs packs) {
    if (packs.tokens() != accounts.keptTokens() || packs.samples() != accounts.samples()) {
      throw new IllegalStateException(
          "prep %s: %d samples with %d tokens went into packing, %d with %d came out"
              .formatted(
                  identity.prepId(),
                  accounts.samples(),
                  accounts.keptTokens(),
                  packs.samples(),
                  packs.tokens()));
    }
    return new PrepRow(
        identity.prepId(),
        identity.config(),
        accounts.documents(),
        accounts.samples(),
        refusals.stream().mapToLong(PrepReport.Refusals::records).sum(),
        accounts.truncated(),
        packs.train(),
        packs.eval(),
        packs.tokens(),
        packs.trainedTokens(),
        accounts.droppedTokens(),
        (double) packs.tokens() / ((packs.train() + packs.eval()) * spec.sequenceLen()),
        Instant.now().truncatedTo(ChronoUnit.MICROS));
  }
}
