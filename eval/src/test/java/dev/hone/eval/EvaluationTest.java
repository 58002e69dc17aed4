package dev.hone.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.formats.HoneException;
import dev.hone.formats.tables.EvalPackRow;
import dev.hone.formats.tables.EvalRewardRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.formats.tokenizer.DjlTokenizer;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.distributed.MeasureStage;
import dev.hone.training.distributed.ModelProbe;
import dev.hone.training.distributed.ModelSource;
import dev.hone.training.distributed.OtherModels;
import dev.hone.training.distributed.RankTeam;
import dev.hone.training.distributed.RunObserver;
import dev.hone.training.distributed.RunResult;
import dev.hone.training.distributed.TrainSpec;
import dev.hone.training.distributed.TrainStage;
import dev.hone.training.objective.Kto;
import dev.hone.training.objective.ObjectiveSpec;
import dev.hone.training.objective.Reward;
import dev.hone.training.objective.Supervised;
import dev.hone.training.optimizer.Averaging;
import dev.hone.training.optimizer.LearningRates;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.parallel.Ranks;
import dev.hone.training.schedule.LrCurve;
import dev.hone.training.trainer.OnNan;
import dev.hone.training.trainer.TrainArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tiny model measured before, while and after it is trained on the rows that it is measured on.
 * The numbers of step 0 are PyTorch's (training's parity fixture).
 */
@Tag("spark")
class EvaluationTest {
  private static final Path FIXTURE =
      Path.of(System.getProperty("hone.repository"), "training/src/test/resources/parity/llama");

  @TempDir private static Path directory;
  private static Warehouse warehouse;
  private static JsonNode expected;
  private static List<JsonNode> rows;

  @BeforeAll
  static void packs() throws IOException {
    JsonMapper json = new JsonMapper();
    expected = json.readTree(FIXTURE.resolve("expected.json").toFile());
    rows = new ArrayList<>();
    json.readTree(FIXTURE.resolve("batch.json").toFile()).forEach(rows::add);
    warehouse =
        Warehouse.open(LocalSpark.session(2, Map.of()), directory.resolve("warehouse").toString());
    warehouse.create();
    warehouse.append(PackRow.class, rows.stream().map(row -> pack("train", row)).toList());
    warehouse.append(PackRow.class, rows.stream().map(row -> pack("eval", row)).toList());
  }

  @Test
  void aRunIsMeasuredBeforeWhileAndAfterIt() {
    RunResult result =
        TrainStage.run(
            warehouse,
            new TrainSpec(
                "run-1",
                "prep-1",
                model(),
                arguments(),
                directory.resolve("out").toString(),
                List.of(new HeldOutLoss("held_out"), new SampledAnswers(2, 4), greedy())),
            new RunObserver() {});

    double before = result.eval(0, "held_out", "eval_loss").orElseThrow();
    assertEquals(expected.get("loss").asDouble(), before, 1e-4 * before);
    double ppl = result.eval(0, "held_out", "perplexity").orElseThrow();
    assertEquals(Math.exp(before), ppl, 1e-9 * ppl);
    assertTrue(result.eval(2, "held_out", "eval_loss").orElseThrow() < before);
    assertTrue(
        result.eval(4, "held_out", "eval_loss").orElseThrow()
            < result.eval(2, "held_out", "eval_loss").orElseThrow());
    assertEquals(1, result.eval(0, "greedy", "exact_match").orElseThrow());
    assertEquals(Optional.empty(), result.eval(2, "greedy", "exact_match"));
    assertEquals(0, result.eval(4, "greedy", "exact_match").orElseThrow());
    EvalRow measured =
        result.evals().stream().filter(row -> row.name().equals("exact_match")).findFirst().get();
    assertEquals(0.2065, measured.low().orElseThrow(), 1e-4);
    assertEquals(1, measured.high().orElseThrow());
    assertTrue(result.checkpoints().get(0).best(), "its held-out loss is the lowest");

    long targets =
        rows.stream()
            .mapToLong(row -> ints(row, "labels").filter(label -> label != -100).count())
            .sum();
    List<Row> table =
        warehouse
            .read(EvalRow.class)
            .where("run_id = 'run-1' AND name = 'mean_token_accuracy'")
            .orderBy("step")
            .select("step", "n")
            .collectAsList();
    assertEquals(List.of(0L, 2L, 4L), table.stream().map(row -> row.getLong(0)).toList());
    assertEquals(targets, table.get(0).getLong(1));
    List<Row> answers =
        warehouse
            .read(GenerationRow.class)
            .where("run_id = 'run-1' AND dataset = 'greedy'")
            .orderBy("step")
            .select("step", "exact_match", "reference")
            .collectAsList();
    assertEquals(List.of(true, false), answers.stream().map(row -> row.getBoolean(1)).toList());
    assertEquals(greedy().questions().get(0).answer(), answers.get(0).getString(2));
    samplesAreThereAtEveryEvaluation();
  }

  private static void samplesAreThereAtEveryEvaluation() {
    List<GenerationRow> samples =
        Rows.of(GenerationRow.class)
            .collect(
                warehouse
                    .read(GenerationRow.class)
                    .where("run_id = 'run-1' AND dataset = '%s'".formatted(SampledAnswers.DATASET))
                    .orderBy("step", "ordinal"));
    assertEquals(
        List.of("0 0", "0 1", "2 0", "2 1", "4 0", "4 1"),
        samples.stream().map(row -> row.step() + " " + row.ordinal()).toList());
    for (GenerationRow row : samples) {
      GenerationRow first = samples.get((int) row.ordinal());
      assertEquals(first.prompt(), row.prompt());
      assertEquals(first.reference(), row.reference());
    }
    assertFalse(samples.get(0).prompt().equals(samples.get(1).prompt()));
    assertFalse(samples.get(0).completion().equals(samples.get(4).completion()), "it was trained");
    int[] ids = ints(rows.get(0), "input_ids").toArray();
    int from = (int) ints(rows.get(0), "labels").takeWhile(label -> label == -100).count();
    int to =
        from
            + (int)
                ints(rows.get(0), "labels").skip(from).takeWhile(label -> label != -100).count();
    try (Tokenizer tokenizer = DjlTokenizer.open(FIXTURE.resolve("model"))) {
      assertEquals(tokenizer.decode(Arrays.copyOf(ids, from), false), samples.get(0).prompt());
      assertEquals(
          tokenizer.decode(Arrays.copyOfRange(ids, from, to), true), samples.get(0).reference());
      assertTrue(
          tokenizer.encode(samples.get(0).completion()).ids().length > 0,
          "it says something: " + samples.get(0));
    }
  }

  @Test
  void aModelWithoutHeldOutDocumentsGivesNoSamples() {
    HoneException none =
        assertThrows(
            HoneException.class,
            () ->
                measured("run-6", "no prep", Supervised.PLAIN, model(), new SampledAnswers(1, 4)));
    assertEquals(
        "generate_samples: no document in the 0 held-out packs has an answer to learn; hold out others with test_datasets or val_set_size, or remove it",
        none.getMessage());
  }

  @Test
  void aModelIsMeasuredWithoutTraining() {
    int[] text = ints(rows.get(0), "input_ids").toArray();
    RunResult result =
        MeasureStage.run(
            warehouse,
            "run-2",
            "no prep",
            Supervised.PLAIN,
            OtherModels.NONE,
            new ModelSource(
                FIXTURE.resolve("model").toString(),
                Optional.of(ModelSource.Adapter.trained(FIXTURE.resolve("adapter").toString()))),
            7,
            RankTeam.ALONE,
            List.of(new HeldOutLoss("held_out"), new TextLoss("text", List.of(text))),
            new RunObserver() {});

    assertEquals(Optional.empty(), result.eval(7, "held_out", "eval_loss"));
    assertEquals(
        List.of("eval_loss 95", "perplexity 95", "mean_token_accuracy 95"),
        result.evals().stream().map(row -> row.name() + " " + row.n()).toList());
    assertEquals(3, warehouse.read(EvalRow.class).where("run_id = 'run-2'").count());
    assertTrue(result.eval(7, "text", "eval_loss").orElseThrow() > 0);
  }

  /** 17 questions are two batches, and each text has a pass of its own. */
  @Test
  void ranksMeasureTogetherWhatOneMeasures() {
    int[] text = ints(rows.get(0), "input_ids").toArray();
    Question known = greedy().questions().get(0);
    List<Question> asked = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      int[] prompt = i == 3 ? known.promptIds() : Arrays.copyOf(text, 3 + i);
      asked.add(new Question("question " + i, prompt, known.answer()));
    }
    List<ModelProbe> probes =
        List.of(
            new HeldOutLoss("held_out"),
            new GeneratedAnswers("asked", asked, 16, List.of(Metric.EXACT_MATCH, Metric.ROUGE_L)),
            choices(),
            new TextLoss("text", List.of(text, Arrays.copyOf(text, 40), Arrays.copyOf(text, 7))));
    List<List<String>> found = new ArrayList<>();
    for (int ranks : new int[] {1, 2}) {
      String run = "by-" + ranks;
      RunResult result =
          MeasureStage.run(
              warehouse,
              run,
              "prep-1",
              Supervised.PLAIN,
              OtherModels.NONE,
              model(),
              0,
              RankTeam.of(Ranks.gradients(ranks)),
              probes,
              new RunObserver() {});
      double right = result.eval(0, "asked", "exact_match").orElseThrow();
      assertTrue(right > 0 && right < 1, "it says something: " + right);
      List<String> told = new ArrayList<>();
      result.evals().forEach(row -> told.add(row.dataset() + row.name() + row.value() + row.n()));
      warehouse
          .read(GenerationRow.class)
          .where("run_id = '" + run + "'")
          .orderBy("dataset", "ordinal")
          .select("dataset", "ordinal", "completion", "exact_match")
          .collectAsList()
          .forEach(row -> told.add(row.mkString(" ")));
      found.add(told);
    }
    assertEquals(3 + 2 + 2 + 3 + 17 + 2, found.get(0).size(), found.get(0)::toString);
    assertEquals(found.get(0), found.get(1));
  }

  private static MultipleChoice choices() {
    try (Tokenizer tokenizer = DjlTokenizer.open(FIXTURE.resolve("model"))) {
      return new MultipleChoice(
          "choices",
          List.of(
              ChoiceQuestion.of("Which is a metal?", List.of("iron", "salt"), 1, tokenizer, 64),
              ChoiceQuestion.of("Water", List.of("boils", "barks."), 0, tokenizer, 64)));
    }
  }

  /** Documents of two data sets share packs, and do not depend on each other. */
  @Test
  void eachDataSetIsMeasuredByItself() {
    List<PackRow> packs = rows.stream().map(row -> numbered("sets", pack("eval", row))).toList();
    warehouse.append(PackRow.class, packs);
    List<SampleRow> samples = new ArrayList<>();
    for (PackRow pack : packs) {
      for (String record : pack.recordIds()) {
        samples.add(sample("sets", record, samples.size() % 3 == 0 ? "few" : "many"));
      }
    }
    warehouse.append(SampleRow.class, samples);

    RunResult apart =
        measured("run-7", "sets", Supervised.PLAIN, model(), new HeldOutLoss("all", true, true));
    RunResult together =
        measured("run-8", "sets", Supervised.PLAIN, model(), new HeldOutLoss("all"));

    assertEquals(
        List.of("few", "many"), apart.evals().stream().map(EvalRow::dataset).distinct().toList());
    double sum = 0;
    long targets = 0;
    for (EvalRow row : apart.evals()) {
      if (row.name().equals("eval_loss")) {
        sum += row.value() * row.n();
        targets += row.n();
      }
    }
    EvalRow all = together.evals().get(0);
    assertEquals(all.n(), targets);
    assertEquals(all.value(), sum / targets, 1e-6 * all.value());
    double few = apart.eval(0, "few", "eval_loss").orElseThrow();
    assertTrue(Math.abs(few - all.value()) > 1e-3, "another loss than that of all: " + few);
    assertEquals(
        apart.eval(0, "few", "eval_loss").orElseThrow(),
        warehouse
            .read(EvalPackRow.class)
            .where("run_id = 'run-7' AND dataset = 'few'")
            .selectExpr("sum(loss) / sum(weight)")
            .head()
            .getDouble(0),
        1e-6);
  }

  private static PackRow numbered(String prepId, PackRow pack) {
    List<String> records =
        IntStream.range(0, pack.documentStarts().length)
            .mapToObj(document -> pack.packId() + "-" + document)
            .toList();
    return like(pack, prepId, records, pack.answers());
  }

  private static SampleRow sample(String prepId, String record, String dataset) {
    return new SampleRow(
        prepId,
        record,
        0,
        dataset,
        "eval",
        0,
        new int[] {1},
        new float[] {0},
        1,
        0,
        0,
        Optional.empty(),
        Optional.empty());
  }

  /** An adapter against its base, and a model that is its own reference. */
  @Test
  void labelledAnswersAreMeasured() {
    List<PackRow> labelled =
        rows.stream()
            .map(
                row ->
                    answers("labelled", pack("eval", row), PackRow.DESIRABLE, PackRow.UNDESIRABLE))
            .toList();
    warehouse.append(PackRow.class, labelled);
    long answers = labelled.stream().mapToLong(pack -> pack.documentStarts().length).sum();
    ModelSource adapted =
        new ModelSource(
            FIXTURE.resolve("model").toString(),
            Optional.of(ModelSource.Adapter.trained(FIXTURE.resolve("adapter").toString())));
    Kto kto = new Kto(0.1, 1, 1, true);
    HeldOutAnswers rated = new HeldOutAnswers("rated", false, 1);
    RunResult measured = measured("run-3", "labelled", kto, adapted, rated);
    assertTrue(Math.abs(measured.eval(0, "rated", "rewards/chosen").orElseThrow()) > 1e-3);
    assertEquals(List.of(answers), measured.evals().stream().map(EvalRow::n).distinct().toList());
    RunResult itself = measured("run-4", "labelled", kto, model(), rated);
    assertEquals(0.5, itself.eval(0, "rated", "eval_loss").orElseThrow(), 1e-6);
    assertEquals(0, itself.eval(0, "rated", "rewards/margins").orElseThrow(), 1e-6);
  }

  private static RunResult measured(
      String runId, String prepId, ObjectiveSpec objective, ModelSource source, ModelProbe probe) {
    return MeasureStage.run(
        warehouse,
        runId,
        prepId,
        objective,
        OtherModels.NONE,
        source,
        0,
        RankTeam.of(Ranks.gradients(2)),
        List.of(probe),
        new RunObserver() {});
  }

  /** The documents of a pack as answers that are labelled in turn. */
  private static PackRow answers(String prepId, PackRow pack, String first, String second) {
    List<String> labels =
        IntStream.range(0, pack.documentStarts().length)
            .mapToObj(i -> i % 2 == 0 ? first : second)
            .toList();
    return like(pack, prepId, pack.recordIds(), Optional.of(labels));
  }

  private static PackRow like(
      PackRow pack, String prepId, List<String> records, Optional<List<String>> answers) {
    return new PackRow(
        prepId,
        pack.split(),
        pack.packId(),
        pack.inputIds(),
        pack.lossWeights(),
        pack.documentStarts(),
        records,
        pack.pieces(),
        answers,
        pack.length(),
        pack.trainedTokens(),
        pack.fill());
  }

  /** The query of the documentation finds in the table what a reward model was measured to be. */
  @Test
  void theRewardsOfPairsAreKept() throws IOException {
    List<PackRow> packs =
        rows.stream()
            .map(row -> answers("pairs", pack("eval", row), PackRow.CHOSEN, PackRow.REJECTED))
            .filter(pack -> pack.documentStarts().length % 2 == 0)
            .toList();
    warehouse.append(PackRow.class, packs);
    ModelSource.Adapter fresh = new ModelSource.Adapter(2, 4, 0, List.of(), Optional.empty());
    RunResult result =
        measured(
            "run-5",
            "pairs",
            new Reward(0),
            new ModelSource(FIXTURE.resolve("model").toString(), Optional.of(fresh)),
            new HeldOutAnswers("set", false, 2));
    List<EvalRewardRow> pairs =
        Rows.of(EvalRewardRow.class)
            .collect(warehouse.read(EvalRewardRow.class).where("run_id = 'run-5'").orderBy("pair"));
    assertEquals(6, pairs.size(), "two packs of three pairs");
    assertEquals(
        LongStream.range(0, 6).boxed().toList(), pairs.stream().map(EvalRewardRow::pair).toList());
    double right = pairs.stream().filter(row -> row.chosenReward() > row.rejectedReward()).count();
    double accuracy = result.eval(0, "set", "eval_accuracy").orElseThrow();
    assertEquals(accuracy, right / 6);
    double auc = result.eval(0, "set", "eval_auc").orElseThrow();
    assertTrue(auc != accuracy, "else it may be one number twice: " + auc);

    warehouse.registerViews("eval_rewards");
    List<Row> found = warehouse.spark().sql(documented("eval_rewards", "run-5")).collectAsList();
    assertEquals(1, found.size());
    assertEquals(accuracy, found.get(0).<Double>getAs("accuracy"), 1e-12);
    assertEquals(auc, found.get(0).<Double>getAs("auc"), 1e-12);
  }

  /** The query of docs/evaluation.md that names a table, of a run. */
  private static String documented(String table, String runId) throws IOException {
    Path doc = Path.of(System.getProperty("hone.repository"), "docs", "evaluation.md");
    List<String> queries =
        Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(doc))
            .results()
            .map(match -> match.group(1))
            .filter(query -> query.contains(table))
            .toList();
    assertEquals(1, queries.size(), table);
    return queries.get(0).replace("'...'", "'" + runId + "'");
  }

  private static ModelSource model() {
    return new ModelSource(FIXTURE.resolve("model").toString(), Optional.empty());
  }

  /** The prompt that PyTorch continued, and its continuation as the answer. */
  private static GeneratedAnswers greedy() {
    JsonNode greedy = expected.get("greedy");
    try (Tokenizer tokenizer = DjlTokenizer.open(FIXTURE.resolve("model"))) {
      int[] continuation = ints(greedy, "continuation").takeWhile(id -> id != 2).toArray();
      String answer = tokenizer.decode(continuation, true);
      Question question = new Question("a prompt of ids", ints(greedy, "prompt").toArray(), answer);
      return new GeneratedAnswers("greedy", List.of(question), 16, List.of(Metric.EXACT_MATCH));
    }
  }

  private static TrainArguments arguments() {
    return new TrainArguments(
        3,
        1,
        1,
        OptionalLong.of(4),
        1e-3,
        LrCurve.CONSTANT,
        OptionalInt.of(0),
        OptionalDouble.empty(),
        OptimizerKind.ADAMW,
        0,
        false,
        0.9,
        0.999,
        1e-8,
        LearningRates.EQUAL,
        Averaging.NONE,
        1,
        OnNan.STOP,
        7,
        true,
        OptionalDouble.of(1),
        OptionalDouble.of(2),
        OptionalDouble.empty(),
        OptionalInt.empty());
  }

  private static PackRow pack(String split, JsonNode row) {
    int[] ids = ints(row, "input_ids").toArray();
    int[] labels = ints(row, "labels").toArray();
    int[] positions = ints(row, "position_ids").toArray();
    float[] weights = new float[ids.length];
    IntStream.range(1, ids.length).forEach(t -> weights[t] = labels[t] == -100 ? 0 : 1);
    int[] starts = IntStream.range(0, ids.length).filter(t -> positions[t] == 0).toArray();
    List<String> records = IntStream.of(starts).mapToObj(start -> "record-" + start).toList();
    return new PackRow(
        "prep-1",
        split,
        rows.indexOf(row),
        ids,
        weights,
        starts,
        records,
        new int[starts.length],
        Optional.empty(),
        ids.length,
        1,
        1);
  }

  private static IntStream ints(JsonNode node, String field) {
    JsonNode array = node.get(field);
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt());
  }
}
