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
  void samplesAreOfWhatIsHeldOut() {
    assertEquals(Optional.empty(), read("val_set_size: 0.1\n").samples());
    String on = "generate_samples: true\n";
    assertEquals(
        Optional.of(new HoneConfig.Samples(3, 50)), read("val_set_size: 0.1\n" + on).samples());
    HoneConfig.Evaluation asked =
        read(
            "test_datasets:\n  - {path: test.jsonl, type: alpaca}\nnum_generation_samples: 2\ngeneration_max_new_tokens: 7\ngeneration_do_sample: false\n"
                + on);
    assertEquals(Optional.of(new HoneConfig.Samples(2, 7)), asked.samples());
    assertTrue(asked.isEmpty(), "they measure nothing");
    assertEquals(
        List.of(
            "config.yaml:5: generate_samples: there is nothing held out to take prompts from; add"
                + " test_datasets or val_set_size, or remove it"),
        problems(on));
    assertEquals(
        List.of(
            "config.yaml:7: generate_samples: true together with reward_model (config.yaml:6), which"
                + " trains a model that writes no answers; keep one of the two"),
        problems("val_set_size: 0.1\nreward_model: true\n" + on));
    assertEquals(
        List.of(
            "config.yaml:5: num_generation_samples: '0' is not a whole number of at least 1",
            "config.yaml:6: generation_temperature: '0.7' is not supported: the answers of"
                + " generate_samples are greedy, so that only the model changes between two"
                + " evaluations; remove it",
            "config.yaml:7: generation_prompt_ratio: '0.3' is not supported: generate_samples cuts a"
                + " text without a prompt in its middle; remove it"),
        problems(
            "num_generation_samples: 0\ngeneration_temperature: 0.7\ngeneration_prompt_ratio: 0.3\n"));
  }

  @Test
  void samplesHaveTheirNameForThemselves() {
    assertEquals(
        List.of(
            "config.yaml:6: question_datasets.0.name: 'generate_samples' is what the rows of the key"
                + " generate_samples are called; give the entry another name"),
        problems("question_datasets:\n  - {path: qa.jsonl, name: generate_samples}\n"));
    assertEquals(
        "generate_samples-2",
        read("question_datasets:\n  - {path: generate_samples.jsonl}\n")
            .questions()
            .get(0)
            .source()
            .name());
  }

  @Test
  void keysOfSamplesThatChangeNothingAreSaid() {
    assertEquals(
        List.of(
            "num_generation_samples: no effect without generate_samples: true",
            "generation_max_new_tokens: no effect without generate_samples: true"),
        new ConfigTexts(folder)
            .read(
                ConfigTexts.MINIMAL + "num_generation_samples: 2\ngeneration_max_new_tokens: 7\n",
                Map.of())
            .notices());
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
