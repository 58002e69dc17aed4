package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.eval.Metric;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Task;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.template.TemplateChoice;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.ingest.TableRead;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.jobs.scoring.SqlScorer;
import dev.hone.training.distributed.RunObserver;
import dev.hone.training.distributed.RunResult;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.ScoreStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

/** What the driver measures of answers, of a tiny model and of answers written by hand. */
@Tag("spark")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AgainstBaseTest {
  @TempDir static Path folder;

  private static SparkSession spark;
  private static Path yaml;

  @BeforeAll
  static void write() throws IOException {
    spark = LocalSpark.session(2, Map.of());
    PipelineFiles.copyModel(folder.resolve("model"));
    Files.writeString(
        folder.resolve("facts.jsonl"),
        "{\"instruction\": \"Say a number\", \"input\": \"\", \"output\": \"One.\"}\n".repeat(2));
    Files.writeString(
        folder.resolve("t.jsonl"),
        """
        {"k": 1, "v": 0.5, "s": "a"}
        {"k": 2, "v": 1.5, "s": "b"}
        {"k": 3, "v": 2.5, "s": "b"}
        """);
    Files.writeString(
        folder.resolve("qa.jsonl"),
        """
        {"prompt": "What is v of 1?", "answer": "SELECT v FROM t WHERE k = 1"}
        {"prompt": "How many rows?", "answer": "SELECT count(*) FROM t"}
        {"prompt": "Which k, largest first?", "answer": "SELECT k FROM t ORDER BY k DESC"}
        """);
    Files.writeString(
        folder.resolve("choices.jsonl"),
        """
        {"question": "Which is a metal?", "choices": ["iron", "salt", "tea"], "answer": "A"}
        {"context": "Water", "choices": ["boils", "barks"], "answer": 0}
        """);
    yaml =
        Files.writeString(
            folder.resolve("config.yaml"),
            """
            base_model: %1$s/model
            adapter: lora
            lora_r: 2
            datasets:
              - {path: %1$s/facts.jsonl, type: alpaca, chat_template: chatml}
            question_datasets:
              - path: %1$s/qa.jsonl
                max_new_tokens: 4
                metrics: [exact_match, rouge_l, bleu, sql_execution]
                tables: {t: %1$s/t.jsonl}
            multiple_choice_datasets:
              - {path: %1$s/choices.jsonl}
            sequence_len: 128
            learning_rate: 1e-2
            max_steps: 2
            output_dir: %1$s/out
            warehouse: %1$s/warehouse
            """
                .formatted(folder));
  }

  private static HoneConfig config(String... overrides) {
    return HoneConfig.read(yaml, List.of(overrides), Map.of());
  }

  private static List<String> sql(String query) {
    return Hone.sql(spark, folder.resolve("warehouse").toString(), query).collectAsList().stream()
        .map(row -> row.mkString(","))
        .toList();
  }

  @Test
  @Order(1)
  void withoutATrainedModelThereIsNothingToCompare() {
    Hone hone = Hone.open(spark, config(), notice -> {});
    String message =
        assertThrows(HoneException.class, () -> hone.evaluateAgainstBase(new HoneObserver() {}))
            .getMessage();
    assertTrue(message.contains("holds no model that hone wrote"), message);
  }

  @Test
  @Order(2)
  void aRunMeasuresBeforeAndAfterAndComparesThem() {
    RunResult result =
        Hone.open(spark, config("run_id=trained"), notice -> {})
            .run(new HoneObserver() {})
            .result()
            .orElseThrow();
    for (String name : List.of("exact_match", "rouge_l", "bleu", "sql_execution_accuracy")) {
      assertTrue(result.eval(0, "qa", name).isPresent(), name);
      assertTrue(result.eval(2, "qa", name).isPresent(), name);
    }
    assertTrue(result.eval(2, "choices", "acc").orElseThrow() >= 0);
    assertEquals(Optional.empty(), result.eval(0, "qa", "win_rate"));
    assertEquals(0.5, result.eval(2, "qa", "win_rate").orElseThrow(), "none is ever right");
    assertEquals(
        List.of(
            "acc,2",
            "acc_norm,2",
            "bleu,3",
            "exact_match,3",
            "rouge_l,3",
            "sql_execution_accuracy,3",
            "win_rate,3"),
        sql(
            "SELECT DISTINCT name, n FROM evals WHERE run_id = 'trained' AND low <= value AND value <= high ORDER BY name"));
    assertEquals(
        List.of("0,3,0", "2,3,3"),
        sql(
            "SELECT step, count(sql_execution), count(judged) FROM generations WHERE dataset = 'qa' GROUP BY step ORDER BY step"));
    assertEquals(
        List.of("tie: sql_execution 0.000 against 0.000"),
        sql("SELECT DISTINCT judged FROM generations WHERE judged IS NOT NULL"));
  }

  @Test
  @Order(3)
  void aRewardModelJudgesTheTrainedModelAgainstItsBase() {
    Path rewards = folder.resolve("rewards");
    ModelDirectory scored =
        ScoreStart.on(ModelDirectory.open(folder.resolve("model"), Task.SEQ_CLS), 7);
    CausalLm.load(scored, Optional.empty(), new ReferenceKernels(DataType.FLOAT), 64, 7)
        .save(rewards);
    List<String> warnings = new ArrayList<>();
    RunResult result =
        Hone.open(
                spark,
                config("run_id=against", "judge={reward_model: " + rewards + "}"),
                notice -> {})
            .evaluateAgainstBase(
                new HoneObserver() {
                  @Override
                  public void onWarning(String line) {
                    warnings.add(line);
                  }
                })
            .result()
            .orElseThrow();
    assertEquals(
        List.of(0L, 2L), result.evals().stream().map(EvalRow::step).distinct().sorted().toList());
    for (String name : List.of("rouge_l", "acc_norm")) {
      String measured = "SELECT value FROM evals WHERE name = '%s' AND run_id = '%s' ORDER BY step";
      assertEquals(
          sql(measured.formatted(name, "trained")), sql(measured.formatted(name, "against")));
    }
    assertTrue(result.eval(2, "qa", "win_rate").isPresent());
    List<String> judged =
        sql(
            "SELECT judged FROM generations WHERE run_id = 'against' AND step = 2 AND dataset = 'qa'");
    assertEquals(3, judged.size());
    judged.forEach(
        text -> assertTrue(text.matches("(win|loss|tie): reward \\S+ against \\S+"), text));
    assertEquals(List.of(), warnings);

    Hone unlike =
        Hone.open(spark, config("judge={reward_model: " + folder.resolve("model") + "}"), n -> {});
    String message =
        assertThrows(HoneException.class, () -> unlike.evaluateAgainstBase(new HoneObserver() {}))
            .getMessage();
    assertTrue(message.contains("it is no reward model"), message);
  }

  /** Answers by hand: of three questions one is right before and all are after. */
  @Test
  @Order(4)
  void answersAreScoredOnceAndCompared() {
    Warehouse warehouse = Hone.warehouse(spark, folder.resolve("warehouse").toString());
    warehouse.append(
        GenerationRow.class,
        List.of(
            answer(0, 0, "v is 0.5"),
            answer(0, 1, "SELECT count(s) FROM t"),
            answer(0, 2, "SELECT k FROM t ORDER BY k"),
            answer(9, 0, "```sql\nSELECT min(v) FROM t;\n```"),
            answer(9, 1, "SELECT sum(1) FROM t"),
            answer(9, 2, "SELECT 4 - k FROM t ORDER BY k")));
    List<EvalRow> seen = new ArrayList<>();
    RunObserver watching =
        new RunObserver() {
          @Override
          public void onEvaluation(EvalRow row) {
            seen.add(row);
          }
        };
    RunResult nothing = RunResult.measured(List.of());
    try (Evaluation evaluation =
        Evaluation.open(warehouse, config(), folder.resolve("model"), notice -> {})) {
      RunResult result = evaluation.complete("hand", nothing, watching);
      assertEquals(1 / 3.0, result.eval(0, "qa", "sql_execution_accuracy").orElseThrow());
      assertEquals(1, result.eval(9, "qa", "sql_execution_accuracy").orElseThrow());
      assertEquals(2.5 / 3, result.eval(9, "qa", "win_rate").orElseThrow(), 1e-12);
      assertEquals(3, seen.size());
      assertEquals(result.evals(), evaluation.complete("hand", result, watching).evals());
      assertEquals(3, seen.size(), "what is known is not measured again");
    }
    assertEquals(
        List.of(
            "0,0,null",
            "0,1,null",
            "0,2,null",
            "9,0,win: sql_execution 1.000 against 0.000",
            "9,1,tie: sql_execution 1.000 against 1.000",
            "9,2,win: sql_execution 1.000 against 0.000"),
        sql(
            "SELECT step, ordinal, judged FROM generations WHERE run_id = 'hand' ORDER BY step, ordinal"));
    List<String> before =
        sql(
            "SELECT sql_execution FROM generations WHERE run_id = 'hand' AND step = 0 ORDER BY ordinal");
    assertTrue(before.get(0).startsWith("wrong: cannot be run: "), before.get(0));
    assertEquals("right", before.get(1));
    assertEquals("wrong: row 1 is [1], not [3]", before.get(2));
  }

  private static GenerationRow answer(long step, long ordinal, String completion) {
    List<String> expected =
        List.of(
            "SELECT v FROM t WHERE k = 1",
            "SELECT count(*) FROM t",
            "SELECT k FROM t ORDER BY k DESC");
    return new GenerationRow(
        "hand",
        step,
        "qa",
        ordinal,
        "prompt",
        completion,
        expected.get((int) ordinal),
        false,
        Instant.EPOCH);
  }

  @Test
  @Order(5)
  void aQueryIsWrongWithAReasonAndNeverAnError() {
    Warehouse warehouse = Hone.warehouse(spark, folder.resolve("warehouse").toString());
    HoneConfig.Sql limits =
        new HoneConfig.Sql(
            Map.of("t", folder.resolve("t.jsonl").toString(), "big", "SELECT id FROM range(2000)"),
            Duration.ofSeconds(60),
            100);
    String expected = "SELECT v FROM t WHERE k = 1";
    try (SqlScorer scorer =
        SqlScorer.open(
            warehouse,
            warehouse.shown(),
            entry(limits),
            List.of(expected, expected + " ORDER BY v"),
            notice -> {})) {
      assertEquals(
          "wrong: row 1 is [${env:HOME}], not [0.5]",
          scorer.verdict("SELECT '${env:HOME}'", expected + " ORDER BY v"));
      assertEquals("right", scorer.verdict("SELECT v AS other FROM t WHERE s = 'a'", expected));
      assertEquals("wrong: 3 rows, not 1", scorer.verdict("SELECT v FROM t", expected));
      assertEquals(
          "wrong: is no query but DropTable", scorer.verdict("DROP TABLE IF EXISTS t", expected));
      assertEquals(
          "wrong: asks the table runs, which is not there",
          scorer.verdict("SELECT run_id FROM runs", expected));
      assertEquals(
          "wrong: returns more than 100 rows", scorer.verdict("SELECT id FROM big", expected));
      assertEquals("wrong: is empty", scorer.verdict(" ; ", expected));
      for (String broken : List.of("SELECT", "SELECT nothing FROM t", "SELECT k / 0 FROM t")) {
        String verdict = scorer.verdict(broken, expected);
        assertTrue(verdict.startsWith("wrong: cannot be run: "), broken + " is " + verdict);
      }
      assertEquals(
          "wrong: joins every row with every row of something large",
          scorer.verdict(
              "SELECT sum(a.id * b.id % 7) FROM big a, big b, big c, big d WHERE a.id + d.id <> c.id",
              expected));
      assertEquals(
          "right",
          scorer.verdict(
              "SELECT min(t.v) FROM t JOIN (SELECT max(k) AS most FROM t) m ON t.k < m.most",
              expected),
          "small ones may");
      HoneConfig.Sql hasty =
          new HoneConfig.Sql(
              Map.of("endless", "SELECT id FROM range(100000000000000)"),
              Duration.ofSeconds(3),
              100);
      try (SqlScorer impatient =
          SqlScorer.open(
              warehouse, warehouse.shown(), entry(hasty), List.of("SELECT 1"), notice -> {})) {
        assertEquals(
            "wrong: takes longer than 3 s",
            impatient.verdict("SELECT sum(id % 7) FROM endless", "SELECT 1"));
      }
      assertEquals(
          "right", scorer.verdict("SELECT v FROM t WHERE k < 2", expected), "cores are free");
    }
    String message =
        assertThrows(
                HoneException.class,
                () ->
                    SqlScorer.open(
                        warehouse,
                        warehouse.shown(),
                        entry(limits),
                        List.of(expected, "SELECT w FROM t"),
                        notice -> {}))
            .getMessage();
    assertTrue(
        message.startsWith(
            "c.yaml:3: question_datasets.0: the expected query of question 1 cannot"),
        message);
  }

  @Test
  @Order(6)
  void theTablesOfTheWarehouseCanBeAskedToo() {
    Warehouse warehouse = Hone.warehouse(spark, folder.resolve("warehouse").toString());
    List<String> notices = new ArrayList<>();
    String expected = "SELECT count(*) FROM runs WHERE run_id = 'trained'";
    String nothing = "SELECT min(value) FROM metrics WHERE run_id = 'nobody'";
    HoneConfig.Sql own = new HoneConfig.Sql(Map.of(), Duration.ofSeconds(60), 100);
    try (SqlScorer scorer =
        SqlScorer.open(
            warehouse,
            folder.resolve("warehouse").toString(),
            entry(own),
            List.of(expected, nothing),
            notices::add)) {
      assertEquals("right", scorer.verdict("SELECT 1", expected));
    }
    assertEquals(
        List.of(
            "c.yaml:3: question_datasets.0: 1 of the 2 expected queries return no value, as would many a wrong one; give tables that hold what is asked"),
        notices);
  }

  private static HoneConfig.Questions entry(HoneConfig.Sql sql) {
    HoneConfig.Dataset source =
        new HoneConfig.Dataset(
            "question_datasets.0",
            "c.yaml:3",
            "qa",
            "qa.jsonl",
            "alpaca",
            Map.of(),
            "auto",
            new TemplateChoice("chatml", "{}"),
            true,
            MaskRules.defaults(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            TableRead.NEWEST);
    return new HoneConfig.Questions(source, 8, List.of(Metric.SQL_EXECUTION), sql);
  }
}
