package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.eval.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class EvaluationKeysTest {
  private static final String ASKED = "question_datasets:\n  - {path: qa.jsonl}\n";

  @TempDir private Path folder;

  private HoneConfig.Evaluation read(String yaml) {
    return new ConfigTexts(folder)
        .read(
            ConfigTexts.MINIMAL + yaml,
            Map.of("JUDGE_KEY", "sk-planted0123456789abc", "LAKE", "/lake"))
        .data()
        .evaluation();
  }

  private List<String> problems(String yaml) {
    return new ConfigTexts(folder).problems(ConfigTexts.MINIMAL + yaml);
  }

  @Test
  void questionsSayHowTheyAreMeasured() {
    HoneConfig.Questions set =
        read("""
                question_datasets:
                  - path: qa.jsonl
                    metrics: [sql_execution, rouge_l, bleu]
                    tables: {runs: "${LAKE}/runs.jsonl", more: "SELECT 1 AS a"}
                    sql_timeout: 5
                    sql_max_rows: 7
                """)
            .questions()
            .get(0);
    assertEquals(List.of(Metric.SQL_EXECUTION, Metric.ROUGE_L, Metric.BLEU), set.metrics());
    assertEquals(
        new HoneConfig.Sql(
            Map.of("runs", "/lake/runs.jsonl", "more", "SELECT 1 AS a"), Duration.ofSeconds(5), 7),
        set.sql());
    assertEquals("qa", set.source().name());
    assertEquals(128, set.maxNewTokens());
  }

  @Test
  void bothKeysAskAndExactMatchIsTheDefault() {
    List<HoneConfig.Questions> sets =
        read("exact_match_datasets:\n  - {path: qa.jsonl}\n" + ASKED).questions();
    assertEquals(List.of("qa", "qa-2"), sets.stream().map(set -> set.source().name()).toList());
    sets.forEach(set -> assertEquals(List.of(Metric.EXACT_MATCH), set.metrics()));
  }

  @Test
  void whatDoesNotFitTogetherIsSaid() {
    assertEquals(
        List.of(
            "config.yaml:6: question_datasets.0.tables: is for queries that are run; add"
                + " sql_execution to metrics, or remove it"),
        problems("question_datasets:\n  - {path: qa.jsonl, tables: {a: b}}\n"));
    assertEquals(
        List.of(
            "config.yaml:6: question_datasets.0.tables: 'a b' is no name for a table; use letters,"
                + " digits and underscores"),
        problems(
            "question_datasets:\n  - {path: qa.jsonl, metrics: sql_execution, tables: {a b: c}}\n"));
    assertTrue(
        problems("question_datasets:\n  - {path: qa.jsonl, metrics: rougel}\n")
            .get(0)
            .contains("did you mean rouge_l?"));
  }

  @Test
  void choicesAreRead() {
    HoneConfig.Choices choices =
        read("multiple_choice_datasets:\n  - {path: arc/easy.jsonl}\n").choices().get(0);
    assertEquals("easy", choices.name());
    assertEquals("multiple_choice_datasets.0", choices.key());
  }

  @Test
  void aJudgeIsAnEndpointOrARewardModel() {
    assertEquals(new Judge.Metrics(), read(ASKED).judge());
    assertEquals(new Judge.Rewards("rm"), read(ASKED + "judge: {reward_model: rm}\n").judge());
    Judge.Endpoint endpoint =
        (Judge.Endpoint)
            read(ASKED
                    + "judge: {endpoint: 'http://localhost:1/v1/', model: m, api_key: '${JUDGE_KEY}', retries: 0}\n")
                .judge();
    assertEquals("http://localhost:1/v1", endpoint.endpoint());
    assertEquals(Optional.of(new Judge.Secret("sk-planted0123456789abc")), endpoint.apiKey());
    assertEquals(Duration.ofSeconds(60), endpoint.timeout());
    assertEquals(0, endpoint.retries());
    assertFalse(endpoint.toString().contains("planted"), endpoint.toString());
  }

  @Test
  void aJudgeThatCannotBeAskedIsSaid() {
    assertEquals(
        List.of(
            "config.yaml:7: judge.reward_model: together with endpoint (config.yaml:7); keep one of"
                + " the two",
            "config.yaml:7: judge.endpoint: 'localhost' is no http:// or https:// address",
            "config.yaml:7: judge.model: missing beside endpoint; name the model that is asked there"),
        problems(ASKED + "judge: {endpoint: localhost, reward_model: rm}\n"));
    assertEquals(
        List.of(
            "config.yaml:7: judge.timeout: belongs to an endpoint, and judge has none; add"
                + " endpoint, or remove it"),
        problems(ASKED + "judge: {reward_model: rm, timeout: 4}\n"));
    String literal =
        problems(ASKED + "judge: {endpoint: 'http://h/v1', model: m, api_key: planted}\n").get(0);
    assertTrue(literal.contains("judge.api_key: holds a literal credential"), literal);
    assertFalse(literal.contains("planted"), literal);
  }

  @Test
  void aStoredConfigurationHasNoKey() {
    HoneConfig config =
        new ConfigTexts(folder)
            .read(
                ConfigTexts.MINIMAL
                    + "judge: {endpoint: 'http://h/v1', model: m, api_key: '${JUDGE_KEY}'}\n",
                Map.of("JUDGE_KEY", "planted"));
    assertFalse(config.toString().contains("planted"), config.toString());
    assertTrue(config.source().json().contains("\"${JUDGE_KEY}\""), config.source().json());
    assertEquals(List.of("judge: no effect without question_datasets"), config.notices());
  }
}
