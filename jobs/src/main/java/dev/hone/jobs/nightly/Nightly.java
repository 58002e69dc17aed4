package dev.hone.jobs.nightly;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.HoneException;
import dev.hone.formats.Ranges;
import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.ModelRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.ingest.IngestReport;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.Hone;
import dev.hone.jobs.HoneObserver;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.jobs.nightly.gate.Verdict;
import dev.hone.packing.PrepReport;
import dev.hone.training.distributed.PackChoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One night of a model: finishes what a night before left open, then takes what is new, trains a
 * version on it that begins with the one in use, and puts it in use if every condition of {@code
 * promote_if} holds.
 *
 * <pre>{@code
 * Night night = Nightly.run(spark, overrides -> HoneConfig.read(file, overrides, env), observer);
 * night.decisions().forEach(decision -> log(decision.line()));
 * }</pre>
 *
 * A version is written down before it is trained, with the packs and the versions of the tables it
 * is trained from. A night that was cut off anywhere is gone on with by the next call, and comes to
 * the same.
 */
public final class Nightly {
  /** An owner of a model that shows no sign of life for so long is gone. */
  private static final int MOST_ATTEMPTS = 3;

  private final SparkSession spark;
  private final Function<List<String>, HoneConfig> configs;
  private final HoneConfig config;
  private final HoneConfig.Nightly nightly;
  private final HoneObserver observer;
  private final Warehouse warehouse;
  private final Models models;

  private Nightly(
      SparkSession spark,
      Function<List<String>, HoneConfig> configs,
      HoneConfig config,
      HoneConfig.Nightly nightly,
      HoneObserver observer) {
    this.spark = spark;
    this.configs = configs;
    this.config = config;
    this.nightly = nightly;
    this.observer = observer;
    this.warehouse = Hone.warehouse(spark, config.output().warehouse());
    this.models = new Models(warehouse, nightly.model());
  }

  /**
   * Runs it.
   *
   * @param configs the configuration with assignments such as {@code run_id='a'} added
   * @throws HoneException if the configuration has no {@code nightly}; and as {@link Hone#prepare}
   *     and {@link Hone#train} do. What was begun stays open then
   */
  public static Night run(
      SparkSession spark, Function<List<String>, HoneConfig> configs, HoneObserver observer) {
    return run(spark, configs, observer, Lease.PATIENCE);
  }

  static Night run(
      SparkSession spark,
      Function<List<String>, HoneConfig> configs,
      HoneObserver observer,
      Duration patience) {
    HoneConfig config = configs.apply(List.of());
    HoneConfig.Nightly nightly =
        config
            .nightly()
            .orElseThrow(
                () ->
                    new HoneException(
                        "%s: there is no section nightly; add nightly: {model: NAME, promote_if: 'eval_loss <= current'}"
                            .formatted(config.source().file())));
    return new Nightly(spark, configs, config, nightly, observer).run(patience);
  }

  private Night run(Duration patience) {
    warehouse.create();
    Lease.Asked asked = Lease.ofModel(warehouse, nightly.model(), patience);
    if (asked instanceof Lease.Asked.Taken taken) {
      return new Night(List.of(), Optional.of(taken.owner()));
    }
    try (Lease lease = ((Lease.Asked.Had) asked).lease()) {
      List<Decision> decisions = new ArrayList<>();
      for (ModelRow open : models.versions()) {
        if (open.state().equals(Models.TRAINING)) {
          decisions.add(goOn(open, lease));
        }
      }
      plan().ifPresent(row -> decisions.add(decide(row, lease)));
      if (nightly.keepRejected().isPresent()) {
        lease.requireHeld();
        new RejectedFolders(warehouse, models).delete(nightly.keepRejected().get());
      }
      return new Night(decisions, Optional.empty());
    }
  }

  private Decision goOn(ModelRow open, Lease lease) {
    if (open.attempts() >= MOST_ATTEMPTS) {
      lease.requireHeld();
      return close(
          open,
          Models.FAILED,
          "its training was begun %d times and not finished; see runs.message of run_id '%s'"
              .formatted(open.attempts(), open.runId()),
          List.of());
    }
    models.beginAgain(open.version());
    return decide(open, lease);
  }

  /** Takes in what is new, and writes down the version that is to be trained on it. */
  private Optional<ModelRow> plan() {
    Hone hone = Hone.open(spark, config, observer::onWarning);
    if (isNothing(hone.ingest(observer))) {
      return Optional.empty();
    }
    PrepReport prep = hone.prepareIngested(observer);
    observer.onPrepared(prep);
    List<ModelRow> versions = models.versions();
    Optional<ModelRow> start = start(versions);
    long packsVersion = warehouse.version(PackRow.class);
    NewPacks packs =
        NewPacks.find(
            warehouse,
            new NewPacks.Query(
                nightly.model(),
                prep.prep().prepId(),
                packsVersion,
                start.map(row -> numbers(Models.line(versions, row), all -> true)).orElse(Set.of()),
                nightly.rejectedAgain() ? Set.of() : numbers(versions, Nightly::isPassed)));
    if (packs.isEmpty()) {
      return Optional.empty();
    }
    long version = versions.stream().mapToLong(ModelRow::version).max().orElse(0) + 1;
    List<Long> replayed = packs.replayed(nightly.replay(), config.training().seed() + version);
    ModelRow row =
        new ModelRow(
            nightly.model(),
            version,
            Models.TRAINING,
            nightly.model() + "-v" + version,
            start.map(ModelRow::version),
            prep.prep().prepId(),
            warehouse.version(DocumentRow.class),
            packsVersion,
            NewPacks.together(packs.fresh(), replayed).toString(),
            packs.note(version),
            packs.fresh().size(),
            replayed.size(),
            1,
            config.output().outputDir() + "/v" + version,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Models.now(),
            Optional.empty());
    models.begin(row);
    return Optional.of(row);
  }

  /** Before anything has landed there is nothing to prepare, and a night is no failure. */
  private boolean isNothing(IngestReport read) {
    Set<String> trained =
        config.data().datasets().stream().map(HoneConfig.Dataset::name).collect(Collectors.toSet());
    return read.datasets().stream()
        .filter(dataset -> trained.contains(dataset.name()))
        .allMatch(dataset -> dataset.records() == 0);
  }

  /** A version whose records are not trained on again. */
  private static boolean isPassed(ModelRow row) {
    return row.state().equals(Models.REJECTED) || row.state().equals(Models.ROLLED_BACK);
  }

  private static Set<Long> numbers(List<ModelRow> rows, Predicate<ModelRow> which) {
    return rows.stream().filter(which).map(ModelRow::version).collect(Collectors.toSet());
  }

  /**
   * What the next version begins with: the one in use; if records it was trained on were forgotten,
   * the newest before it of which that is not so. Empty: base_model.
   */
  private Optional<ModelRow> start(List<ModelRow> versions) {
    Set<String> forgotten = models.forgottenRuns();
    return versions.stream()
        .filter(row -> row.state().equals(Models.PROMOTED))
        .flatMap(row -> Models.line(versions, row).stream())
        .filter(
            row ->
                Models.line(versions, row).stream()
                    .noneMatch(ancestor -> forgotten.contains(ancestor.runId())))
        .findFirst();
  }

  private Decision decide(ModelRow row, Lease lease) {
    lease.requireHeld();
    if (!isTrained(row)) {
      Hone.open(spark, configs.apply(overrides(row)), observer::onWarning)
          .train(prep(row), PackChoice.of(row.packsVersion(), Ranges.parse(row.packs())), observer);
    }
    Row written = written(row);
    List<Verdict> verdicts =
        new Scores(warehouse, row.runId(), written.getLong(0)).judge(nightly.promoteIf());
    lease.requireHeld();
    models.measured(row, written.getString(1), Decision.gates(verdicts));
    return decide(row, verdicts);
  }

  private Decision decide(ModelRow row, List<Verdict> verdicts) {
    List<ModelRow> versions = models.versions();
    Set<String> forgotten = models.forgottenRuns();
    Optional<ModelRow> marked =
        Models.line(versions, row).stream()
            .filter(ancestor -> forgotten.contains(ancestor.runId()))
            .findFirst();
    if (marked.isPresent()) {
      return close(
          row,
          Models.REJECTED,
          "records that version %d was trained on were forgotten since"
              .formatted(marked.get().version()),
          verdicts);
    }
    List<String> broken = verdicts.stream().filter(v -> !v.holds()).map(Verdict::toString).toList();
    if (!broken.isEmpty()) {
      return close(row, Models.REJECTED, String.join("; ", broken), verdicts);
    }
    String reason = verdicts.stream().map(Verdict::toString).collect(Collectors.joining("; "));
    models.promote(row, reason, Models.RETIRED);
    return told(row, verdicts);
  }

  private Decision close(ModelRow row, String state, String reason, List<Verdict> verdicts) {
    models.close(row, state, reason);
    return told(row, verdicts);
  }

  private Decision told(ModelRow row, List<Verdict> verdicts) {
    Decision decision = new Decision(models.version(row.version()), verdicts);
    nightly
        .webhook()
        .flatMap(address -> Webhook.tell(address, decision))
        .ifPresent(observer::onWarning);
    return decision;
  }

  /** A night may have been cut off between the end of its run and the decision. */
  private boolean isTrained(ModelRow row) {
    return !warehouse
        .read(RunRow.class)
        .where(col("run_id").equalTo(row.runId()).and(col("state").equalTo("finished")))
        .isEmpty();
  }

  private List<String> overrides(ModelRow row) {
    List<String> overrides = new ArrayList<>();
    overrides.add(assign("run_id", row.runId()));
    overrides.add(assign("output_dir", row.path()));
    row.parentVersion()
        .map(models::version)
        .ifPresent(
            parent ->
                overrides.add(
                    assign(
                        config.model().lora().isPresent() ? "lora_model_dir" : "base_model",
                        parent.path())));
    return overrides;
  }

  private static String assign(String key, String value) {
    return key + "='" + value.replace("'", "''") + "'";
  }

  private PrepRow prep(ModelRow row) {
    Rows<PrepRow> rows = Rows.of(PrepRow.class);
    return warehouse
        .read(PrepRow.class)
        .where(col("prep_id").equalTo(row.prepId()))
        .collectAsList()
        .stream()
        .map(rows::fromRow)
        .findFirst()
        .orElseThrow(
            () ->
                new HoneException(
                    "version %d of model '%s' is trained from preparation %s, which is gone from preps"
                        .formatted(row.version(), row.model(), row.prepId())));
  }

  /** Step and manifest of the finished model. */
  private Row written(ModelRow row) {
    List<Row> found =
        warehouse
            .read(CheckpointRow.class)
            .where(col("run_id").equalTo(row.runId()))
            .where("path NOT RLIKE '/checkpoint-[0-9]+$'")
            .orderBy(col("created_at").desc())
            .select("step", "manifest_sha256")
            .collectAsList();
    if (found.isEmpty()) {
      throw new HoneException(
          "run '%s' has written no model: table checkpoints has no row of it; call hone nightly again"
              .formatted(row.runId()));
    }
    return found.get(0);
  }
}
