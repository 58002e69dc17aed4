package dev.hone.jobs;

import dev.hone.eval.Measured;
import dev.hone.eval.Metric;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.jobs.scoring.SqlScorer;
import dev.hone.training.distributed.ModelProbe;
import dev.hone.training.distributed.RunObserver;
import dev.hone.training.distributed.RunResult;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a configuration asks of models: probes that ask on a rank, and what the driver finds in the
 * answers afterwards, which are in {@code generations} then. That is which queries return what they
 * should, and which of two models answers better.
 */
final class Evaluation implements AutoCloseable {
  private static final String SQL_ACCURACY = "sql_execution_accuracy";

  private final Warehouse warehouse;
  private final HoneConfig config;
  private final List<Questions> questions = new ArrayList<>();
  private final List<ModelProbe> choices = new ArrayList<>();
  private final Map<String, SqlScorer> scorers = new HashMap<>();

  private Evaluation(Warehouse warehouse, HoneConfig config) {
    this.warehouse = warehouse;
    this.config = config;
  }

  /** Nothing to ask. */
  static Evaluation none(Warehouse warehouse, HoneConfig config) {
    return new Evaluation(warehouse, config);
  }

  /**
   * Reads all questions, and runs the queries that are expected.
   *
   * @param tokenizer of the model that is asked, on this machine
   * @param notices is told what weakens a measure
   * @throws dev.hone.formats.HoneException naming the first row that is no question, or the query
   *     or table that is wrong
   */
  static Evaluation open(
      Warehouse warehouse, HoneConfig config, Path tokenizer, Consumer<String> notices) {
    Evaluation evaluation = new Evaluation(warehouse, config);
    try (Tokenizer opened = Tokenizers.open(tokenizer)) {
      evaluation.read(opened, notices);
      return evaluation;
    } catch (RuntimeException e) {
      evaluation.close();
      throw e;
    }
  }

  private void read(Tokenizer tokenizer, Consumer<String> notices) {
    HoneConfig.Evaluation asked = config.data().evaluation();
    for (HoneConfig.Questions entry : asked.questions()) {
      Questions set = Questions.of(entry, Sources.documents(warehouse, entry.source()), tokenizer);
      questions.add(set);
      if (entry.metrics().contains(Metric.SQL_EXECUTION)) {
        scorers.put(
            entry.source().name(),
            SqlScorer.open(
                warehouse,
                Sessions.warehouse(warehouse.spark(), config.output().warehouse()),
                entry,
                set.probe().questions().stream().map(question -> question.answer()).toList(),
                notices));
      }
    }
    for (HoneConfig.Choices entry : asked.choices()) {
      choices.add(
          ChoiceRows.read(warehouse.spark(), entry, tokenizer, config.data().sequenceLen()));
    }
  }

  /** What asks a model. */
  List<ModelProbe> probes() {
    List<ModelProbe> probes = new ArrayList<>();
    questions.forEach(set -> probes.add(set.probe()));
    probes.addAll(choices);
    return probes;
  }

  /**
   * Measures what the driver measures, of all answers of a run that are not measured yet.
   *
   * @param result what the ranks found
   * @param watching is told every number
   * @return what both found
   */
  RunResult complete(String runId, RunResult result, RunObserver watching) {
    RunResult complete = result;
    for (Questions set : questions) {
      StoredAnswers answers = StoredAnswers.of(warehouse, runId, set.probe().dataset());
      List<EvalRow> found = new ArrayList<>();
      for (long step : answers.steps()) {
        if (isNew(complete, step, set, SQL_ACCURACY)) {
          executed(set, answers, step).ifPresent(share -> found.add(row(runId, step, set, share)));
        }
      }
      long last = answers.steps().stream().reduce(0L, Math::max);
      if (answers.steps().size() > 1 && isNew(complete, last, set, WinRate.NAME)) {
        Judges.of(
                config,
                warehouse,
                set,
                judge -> WinRate.of(set, answers, judge, watching::onWarning))
            .ifPresent(share -> found.add(row(runId, last, set, share)));
      }
      answers.store();
      warehouse.append(EvalRow.class, found);
      found.forEach(watching::onEvaluation);
      complete = complete.with(found);
    }
    return complete;
  }

  private static boolean isNew(RunResult known, long step, Questions set, String name) {
    return known.eval(step, set.probe().dataset(), name).isEmpty();
  }

  /** Runs the queries of a step, and takes down what they come to. */
  private Optional<Measured> executed(Questions set, StoredAnswers answers, long step) {
    SqlScorer scorer = scorers.get(set.probe().dataset());
    if (scorer == null) {
      return Optional.empty();
    }
    int right = 0;
    List<GenerationRow> rows = answers.at(step);
    for (GenerationRow row : rows) {
      String verdict = scorer.verdict(row.completion(), row.reference());
      right += verdict.equals(SqlScorer.RIGHT) ? 1 : 0;
      answers.replace(row.executed(verdict));
    }
    return Optional.of(Measured.share(SQL_ACCURACY, (double) right, rows.size()));
  }

  private static EvalRow row(String runId, long step, Questions set, Measured found) {
    return new EvalRow(
        runId,
        step,
        set.probe().dataset(),
        found.name(),
        found.value(),
        found.n(),
        Instant.now().truncatedTo(ChronoUnit.MICROS), // as Delta keeps it
        Optional.of(found.interval().low()),
        Optional.of(found.interval().high()));
  }

  @Override
  public void close() {
    scorers.values().forEach(SqlScorer::close);
  }
}
