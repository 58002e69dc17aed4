package dev.hone.jobs;

import static org.apache.spark.sql.functions.col;

import dev.hone.eval.Judgement;
import dev.hone.eval.Measured;
import dev.hone.eval.Metric;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.jobs.scoring.Pair;
import dev.hone.jobs.scoring.PairJudge;
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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a configuration asks of models: probes that ask on a rank, and what the driver finds in the
 * answers afterwards, which are in {@code generations} then. That is which queries return what they
 * should, and which of two models answers better.
 */
final class Evaluation implements AutoCloseable {
  private static final String SQL_ACCURACY = "sql_execution_accuracy";
  private static final String WIN_RATE = "win_rate";

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
      Questions set =
          Questions.of(entry, Sources.documents(warehouse, entry.source()), tokenizer);
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
      SortedMap<Long, SortedMap<Long, GenerationRow>> answers = answers(runId, set);
      Map<List<Long>, GenerationRow> changed = new HashMap<>();
      List<EvalRow> found = new ArrayList<>();
      executed(set, answers, complete, changed).forEach((step, share) -> found.add(row(runId, step, set, share)));
      judged(set, answers, complete, changed, watching)
          .ifPresent(share -> found.add(row(runId, answers.lastKey(), set, share)));
      warehouse.upsert(
          GenerationRow.class,
          List.copyOf(changed.values()),
          "run_id",
          "step",
          "dataset",
          "ordinal");
      warehouse.append(EvalRow.class, found);
      found.forEach(watching::onEvaluation);
      complete = complete.with(found);
    }
    return complete;
  }

  /** By step and ordinal; of an answer that is there twice the later counts. */
  private SortedMap<Long, SortedMap<Long, GenerationRow>> answers(String runId, Questions set) {
    Rows<GenerationRow> rows = Rows.of(GenerationRow.class);
    SortedMap<Long, SortedMap<Long, GenerationRow>> answers = new TreeMap<>();
    warehouse
        .read(GenerationRow.class)
        .where(col("run_id").equalTo(runId).and(col("dataset").equalTo(set.probe().dataset())))
        .orderBy("timestamp")
        .collectAsList()
        .forEach(
            row -> {
              GenerationRow answer = rows.fromRow(row);
              answers
                  .computeIfAbsent(answer.step(), step -> new TreeMap<>())
                  .put(answer.ordinal(), answer);
            });
    return answers;
  }

  /** Runs the queries of every step, and takes the verdicts into the answers. */
  private SortedMap<Long, Measured> executed(
      Questions set,
      SortedMap<Long, SortedMap<Long, GenerationRow>> answers,
      RunResult known,
      Map<List<Long>, GenerationRow> changed) {
    SortedMap<Long, Measured> shares = new TreeMap<>();
    SqlScorer scorer = scorers.get(set.probe().dataset());
    if (scorer == null) {
      return shares;
    }
    answers.forEach(
        (step, rows) -> {
          if (known.eval(step, set.probe().dataset(), SQL_ACCURACY).isPresent()) {
            return;
          }
          rows.replaceAll(
              (ordinal, row) -> row.executed(scorer.verdict(row.completion(), row.reference())));
          rows.forEach((ordinal, row) -> changed.put(List.of(step, ordinal), row));
          long right =
              rows.values().stream()
                  .filter(row -> row.sqlExecution().equals(Optional.of(SqlScorer.RIGHT)))
                  .count();
          shares.put(step, Measured.share(SQL_ACCURACY, right, rows.size()));
        });
    return shares;
  }

  /** The last step against the first, where there are two. */
  private Optional<Measured> judged(
      Questions set,
      SortedMap<Long, SortedMap<Long, GenerationRow>> answers,
      RunResult known,
      Map<List<Long>, GenerationRow> changed,
      RunObserver watching) {
    if (answers.size() < 2
        || known.eval(answers.lastKey(), set.probe().dataset(), WIN_RATE).isPresent()) {
      return Optional.empty();
    }
    SortedMap<Long, GenerationRow> first = answers.get(answers.firstKey());
    List<Pair> pairs = new ArrayList<>();
    answers
        .get(answers.lastKey())
        .forEach(
            (ordinal, mine) -> {
              if (first.containsKey(ordinal)) {
                pairs.add(
                    new Pair(
                        set.asked().get(Math.toIntExact(ordinal)), mine, first.get(ordinal)));
              }
            });
    List<Judgement> judgements = Judges.of(config, warehouse, set, judge -> judge.judge(pairs));
    for (int i = 0; i < pairs.size(); i++) {
      GenerationRow mine = pairs.get(i).mine();
      changed.put(
          List.of(mine.step(), mine.ordinal()), mine.judged(judgements.get(i).text()));
    }
    judgements.stream()
        .filter(judgement -> judgement.outcome() == Judgement.Outcome.NONE)
        .findFirst()
        .ifPresent(
            judgement ->
                watching.onWarning(
                    "%s: %d of %d pairs of answers were not judged, and do not count: %s"
                        .formatted(
                            set.probe().dataset(),
                            judgements.stream()
                                .filter(one -> one.outcome() == Judgement.Outcome.NONE)
                                .count(),
                            pairs.size(),
                            judgement.reason())));
    return Judgement.winRate(judgements);
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
