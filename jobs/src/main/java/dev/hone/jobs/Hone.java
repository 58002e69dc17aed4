package dev.hone.jobs;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.DatasetSource;
import dev.hone.ingest.Glance;
import dev.hone.ingest.IngestReport;
import dev.hone.ingest.IngestService;
import dev.hone.ingest.Landing;
import dev.hone.ingest.tables.Failures;
import dev.hone.ingest.tables.ObjectStores;
import dev.hone.ingest.tables.Progress;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.jobs.export.ExportTarget;
import dev.hone.jobs.export.Exporter;
import dev.hone.jobs.report.Comparison;
import dev.hone.jobs.scoring.ReadOnly;
import dev.hone.packing.PrepJob;
import dev.hone.packing.PrepReport;
import dev.hone.packing.PrepSpec;
import dev.hone.packing.Preview;
import dev.hone.training.checkpoint.Manifest;
import dev.hone.training.distributed.MeasureStage;
import dev.hone.training.distributed.ModelProbe;
import dev.hone.training.distributed.ModelSource;
import dev.hone.training.distributed.PackChoice;
import dev.hone.training.distributed.RankStage;
import dev.hone.training.distributed.RankTeam;
import dev.hone.training.distributed.RunResult;
import dev.hone.training.distributed.TrainSpec;
import dev.hone.training.distributed.TrainStage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.ParseException;

/**
 * The pipeline of one configuration: what the command line calls, for notebooks and other programs.
 *
 * <pre>{@code
 * SparkSession spark = Hone.session();
 * Hone hone = Hone.open(spark, "config.yaml", List.of("run_id=monday"));
 * PrepReport prep = hone.prepare();
 * Hone.Outcome run = hone.run(new HoneObserver() {});
 * hone.sql("SELECT * FROM loss_curve").show();
 * }</pre>
 *
 * <p>docs/notebooks.md says which of this is stable.
 */
public final class Hone {
  private final Warehouse warehouse;
  private final HoneConfig config;
  private final Path tokenizer;
  private final Consumer<String> notices;

  private Hone(Warehouse warehouse, HoneConfig config, Path tokenizer, Consumer<String> notices) {
    this.notices = notices;
    this.warehouse = warehouse;
    this.config = config;
    this.tokenizer = tokenizer;
  }

  /**
   * What a run came to.
   *
   * @param prep what it trained or was measured on
   * @param result empty: it was finished before, and nothing was done
   */
  public record Outcome(String runId, PrepReport prep, Optional<RunResult> result) {}

  /**
   * A session of this JVM, set up as hone needs it and quiet; the one that is there, if there is
   * one. Every {@code spark.*} system property is a setting, and goes before hone's own.
   *
   * @throws HoneException if Spark cannot start
   */
  public static SparkSession session() {
    Logging.configure(false);
    return Sessions.open(false);
  }

  /**
   * Reads a configuration, with {@code ${NAME}} resolved by the environment of this JVM, and opens
   * it. What the user should know goes to the log.
   *
   * @param file the YAML
   * @param set {@code key=value} assignments that win over the file
   * @throws HoneException with every problem of the configuration; or as {@link #open(SparkSession,
   *     HoneConfig)} does
   */
  public static Hone open(SparkSession spark, String file, List<String> set) {
    HoneConfig config = HoneConfig.read(Path.of(file), set, System.getenv());
    config.notices().forEach(Hone::log);
    return open(spark, config);
  }

  /**
   * Checks that everything the configuration names is there, and creates the tables that are not.
   *
   * @param spark built with {@link Warehouse#sparkConf()}
   * @throws HoneException naming every file that is missing; or the setting that the session lacks
   */
  public static Hone open(SparkSession spark, HoneConfig config) {
    return open(spark, config, Hone::log);
  }

  /**
   * The same, with what the user should know told elsewhere than to the log.
   *
   * @param notices is told the types that were found in the data, and what was repaired in it
   */
  public static Hone open(SparkSession spark, HoneConfig config, Consumer<String> notices) {
    SparkVersion.require(spark.version());
    Prerequisites needs = new Prerequisites(spark, config);
    needs.requireReachable();
    Path tokenizer = needs.tokenizer();
    Warehouse warehouse =
        Warehouse.open(spark, Sessions.warehouse(spark, config.output().warehouse()));
    return new Hone(warehouse, DatasetTypes.found(spark, config, notices), tokenizer, notices);
  }

  /** What it was opened with; types that were found in the data are filled in. */
  public HoneConfig config() {
    return config;
  }

  private static void log(String notice) {
    System.getLogger(Hone.class.getName()).log(System.Logger.Level.INFO, notice);
  }

  /**
   * Sources to {@code documents} and {@code quarantine}, to {@code samples}, to {@code packs}. What
   * was read before and has not changed is not read again; a preparation that is finished is
   * reused.
   *
   * @throws HoneException if a source cannot be read, no sample is left to train on, or what would
   *     be trained on is not what it seems ({@link dev.hone.packing.Guard})
   */
  public PrepReport prepare() {
    return prepare(Progress.Listener.NONE);
  }

  /** The same, watched: the listener is told how far reading and tokenizing have come. */
  public PrepReport prepare(Progress.Listener watcher) {
    ingest(watcher);
    return prepareIngested(watcher);
  }

  /**
   * What {@link #ingest} took in to {@code samples}, to {@code packs}.
   *
   * @throws HoneException as {@link #prepare} does
   */
  public PrepReport prepareIngested(Progress.Listener watcher) {
    SparkSession spark = warehouse.spark();
    String place = Sessions.warehouse(spark, config.output().warehouse());
    return PrepJob.run(spark, place, StageSpecs.prep(config, tokenizer), watcher);
  }

  /**
   * Sources to {@code documents} and {@code quarantine}, and no further.
   *
   * @throws HoneException if a source cannot be read, or all of it was refused
   */
  public IngestReport ingest() {
    return ingest(Progress.Listener.NONE);
  }

  /** The same, watched: the listener is told how far the reading has come. */
  public IngestReport ingest(Progress.Listener watcher) {
    warehouse.create();
    return Sources.ingest(warehouse, config, notices, watcher);
  }

  /**
   * Begins to take in the landing folders with {@code trigger: processing_time}.
   *
   * @return empty if there is none
   * @throws HoneException if one is wrong
   */
  public Optional<IngestService> serve() {
    List<DatasetSource> folders =
        Sources.all(config).stream()
            .map(Sources::source)
            .filter(source -> source.landing().flatMap(Landing::every).isPresent())
            .toList();
    return folders.isEmpty()
        ? Optional.empty()
        : Optional.of(IngestService.start(warehouse.spark(), warehouse, folders));
  }

  /**
   * The first samples of each dataset as training will see them. No table is read or written.
   *
   * @param notices is told the types that were found in the data
   */
  public static Preview preview(
      SparkSession spark, HoneConfig written, int rows, Consumer<String> notices) {
    Prerequisites needs = new Prerequisites(spark, written);
    needs.requireReadable();
    Path tokenizer = needs.tokenizer();
    HoneConfig config = DatasetTypes.found(spark, written, notices);
    PrepSpec spec = StageSpecs.prep(config, tokenizer);
    Map<String, HoneConfig.Dataset> entries = new HashMap<>();
    config.data().datasets().forEach(entry -> entries.put(entry.name(), entry));
    config.data().testDatasets().forEach(entry -> entries.put(entry.name(), entry));
    List<Preview.Refused> refused = new ArrayList<>();
    Preview preview =
        Preview.of(
            spec,
            name ->
                Glance.at(
                    spark, Sources.source(entries.get(name)), row -> refused.add(refusal(row))),
            rows);
    refused.addAll(preview.refused());
    return new Preview(preview.samples(), refused);
  }

  private static Preview.Refused refusal(QuarantineRow row) {
    return new Preview.Refused(row.dataset(), row.ordinal(), row.reason(), row.message());
  }

  /**
   * Prepares and trains, measuring held-out loss.
   *
   * @throws HoneException as {@link #prepare} does; or if the output cannot be written, or training
   *     fails. The run is then in {@code runs} as failed, with the reason
   */
  public Outcome train(HoneObserver observer) {
    return train(observer, false);
  }

  /** Prepares and trains, with every evaluation before and after. */
  public Outcome run(HoneObserver observer) {
    return train(observer, true);
  }

  /**
   * Prepares, and measures the base model, with the adapter {@code lora_model_dir} on it if there
   * is one.
   */
  public Outcome evaluate(HoneObserver observer) {
    return measured(observer, Map.of(0L, StageSpecs.start(config)));
  }

  /**
   * Prepares, and measures two models on the same questions: the one that training began with, as
   * step 0, and the one in {@code output_dir}, as the step that it was saved after; and how often
   * the second gives the better answer.
   *
   * @throws HoneException as {@link #evaluate} does, or if {@code output_dir} holds no model
   */
  public Outcome evaluateAgainstBase(HoneObserver observer) {
    Manifest trained = needs().trained();
    SortedMap<Long, ModelSource> models = new TreeMap<>();
    models.put(0L, StageSpecs.start(config));
    models.put(trained.step(), StageSpecs.trained(config, trained.format().equals("peft")));
    return measured(observer, models);
  }

  /**
   * @param models by the steps that they have behind them, in that order
   */
  private Outcome measured(HoneObserver observer, Map<Long, ModelSource> models) {
    if (!config.data().hasEvalData() && config.data().evaluation().isEmpty()) {
      throw new HoneException(
          config.source().file()
              + ": nothing to evaluate on; add test_datasets, val_set_size, question_datasets or multiple_choice_datasets");
    }
    RankTeam team = config.training().team();
    RankStage.requireStartable(warehouse.spark(), team.size());
    needs().requireSameTokens(tokenizer);
    PrepReport prep = prepare(observer);
    observer.onPrepared(prep);
    try (Evaluation evaluation = Evaluation.open(warehouse, config, tokenizer, notices)) {
      List<ModelProbe> probes = Probes.of(config.data(), evaluation, false);
      RecordedRun run =
          RecordedRun.anew(
              warehouse,
              config,
              prep.prep(),
              observer,
              (runId, from, watching) -> {
                List<RunResult> results = new ArrayList<>();
                models.forEach(
                    (step, model) ->
                        results.add(
                            MeasureStage.run(
                                warehouse,
                                runId,
                                prep.prep().prepId(),
                                config.training().objective(),
                                StageSpecs.others(config),
                                model,
                                step,
                                team,
                                probes,
                                watching)));
                return evaluation.complete(runId, RunResult.measured(results), watching);
              });
      return new Outcome(run.runId(), prep, run.result());
    }
  }

  /**
   * Opens a warehouse for a command that needs no configuration.
   *
   * @param warehouse path or catalog schema
   * @throws HoneException if its bucket does not answer, or the session lacks a setting
   */
  public static Warehouse warehouse(SparkSession spark, String warehouse) {
    SparkVersion.require(spark.version());
    ObjectStores.requireReachable(
        Map.of("warehouse", warehouse), spark.sessionState().newHadoopConf());
    return Warehouse.open(spark, Sessions.warehouse(spark, warehouse));
  }

  /**
   * Runs a query on the tables of a warehouse, each known by its bare name.
   *
   * @param warehouse path or catalog schema
   * @throws HoneException if the warehouse has no tables, or the query is wrong or would change
   *     something
   */
  public static Dataset<Row> sql(SparkSession spark, String warehouse, String query) {
    try {
      ReadOnly.require(spark.sessionState().sqlParser().parsePlan(query));
      warehouse(spark, warehouse).registerViews(query);
      return spark.sql(query);
    } catch (ParseException e) {
      throw wrong(e);
    } catch (Exception e) {
      if (e instanceof AnalysisException) { // which Scala throws without saying so
        throw wrong(e);
      }
      throw e;
    }
  }

  /**
   * Runs a query on the tables of its warehouse, see {@link #sql(SparkSession, String, String)}.
   */
  public Dataset<Row> sql(String query) {
    return sql(warehouse.spark(), config.output().warehouse(), query);
  }

  /** The first samples of each dataset as training will see them. No table is read or written. */
  public Preview preview(int rows) {
    return preview(warehouse.spark(), config, rows, notices);
  }

  /**
   * Two runs of its warehouse side by side.
   *
   * @throws HoneException if one is not there, with the names of those that are
   */
  public Comparison compare(String first, String second) {
    return Comparison.of(warehouse, first, second);
  }

  /**
   * Makes what others open of a trained model, and measures it against the model. Starts no Spark.
   *
   * @param model a Hugging Face directory, or a PEFT adapter's
   * @param base the base model of an adapter; empty: the one that it names
   * @param to {@code hf}, {@code merged}, {@code gguf:TYPE} or {@code ollama:TYPE}
   * @param place a file or directory that is not there yet; empty: beside the model
   * @throws HoneException if it cannot be made, or is too far from the model; nothing is left then
   */
  public static Exporter.Result export(
      Path model, Optional<Path> base, String to, Optional<Path> place) {
    ExportTarget target = ExportTarget.of(to);
    return new Exporter(model, base, target, place.orElse(target.beside(model))).run();
  }

  /** Exports the model of its {@code output_dir}, with the base model that it was trained on. */
  public Exporter.Result export(String to, String place) {
    Optional<Path> base = config.model().lora().map(adapter -> Path.of(config.model().baseModel()));
    return export(Path.of(config.output().outputDir()), base, to, Optional.of(Path.of(place)));
  }

  private Prerequisites needs() {
    return new Prerequisites(warehouse.spark(), config);
  }

  private static HoneException wrong(Exception e) {
    return new HoneException("the query is wrong: " + Failures.firstLine(e), e);
  }

  private Outcome train(HoneObserver observer, boolean everyEvaluation) {
    RankStage.requireStartable(warehouse.spark(), config.training().team().size());
    needs().requireOutput();
    needs().requireSameTokens(tokenizer);
    PrepReport prep = prepare(observer);
    observer.onPrepared(prep);
    RecordedRun run = train(prep.prep(), PackChoice.ALL, everyEvaluation, observer);
    return new Outcome(run.runId(), prep, run.result());
  }

  /**
   * Trains on some packs of a preparation that is there, with every evaluation before and after,
   * and the loss of each held-out pack.
   *
   * @param prep what {@link #prepare} made
   * @return empty: it was finished before
   * @throws HoneException as {@link #train} does
   */
  public Optional<RunResult> train(PrepRow prep, PackChoice packs, HoneObserver observer) {
    RankStage.requireStartable(warehouse.spark(), config.training().team().size());
    needs().requireOutput();
    needs().requireSameTokens(tokenizer);
    return train(prep, packs, true, observer).result();
  }

  private RecordedRun train(
      PrepRow prep, PackChoice packs, boolean everyEvaluation, HoneObserver observer) {
    try (Evaluation evaluation =
        everyEvaluation
            ? Evaluation.open(warehouse, config, tokenizer, notices)
            : Evaluation.none(warehouse, config)) {
      List<ModelProbe> probes = Probes.of(config.data(), evaluation, packs.trained().isPresent());
      return RecordedRun.goingOn(
          warehouse,
          config,
          prep,
          observer,
          (runId, from, watching) ->
              evaluation.complete(
                  runId,
                  TrainStage.run(
                      warehouse,
                      new TrainSpec(
                          runId,
                          prep.prepId(),
                          StageSpecs.model(config),
                          config.training().objective(),
                          StageSpecs.others(config),
                          StageSpecs.arguments(config),
                          config.training().team(),
                          config.output().outputDir(),
                          config.steps().best(),
                          probes,
                          packs),
                      from,
                      watching),
                  watching));
    }
  }
}
