package dev.hone.jobs.config;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what a model is asked, and {@code judge}.
 *
 * <pre>
 * question_datasets:
 *   - {path: heldout.jsonl, metrics: [exact_match, sql_execution], tables: {runs: runs.jsonl}}
 * judge: {endpoint: "http://localhost:8000/v1", model: judge, api_key: "${JUDGE_API_KEY}"}
 * </pre>
 */
final class EvaluationKeys {
  static final String EXACT_MATCH = "exact_match_datasets";
  static final String QUESTIONS = "question_datasets";
  static final String CHOICES = "multiple_choice_datasets";

  private static final String JUDGE = "judge";
  private static final String ENDPOINT = "endpoint";
  private static final String REWARD_MODEL = "reward_model";

  private EvaluationKeys() {}

  /**
   * Everything that is asked, with what is wrong noted.
   *
   * @param evalData whether something is held out
   */
  static HoneConfig.Evaluation read(
      Section top, DatasetReader datasets, boolean evalData, ReadContext context) {
    List<HoneConfig.Questions> questions =
        new ArrayList<>(datasets.readQuestions(EXACT_MATCH, KeyTable.exactMatchDatasets()));
    questions.addAll(datasets.readQuestions(QUESTIONS, KeyTable.questionDatasets()));
    return new HoneConfig.Evaluation(
        questions,
        datasets.readChoices(CHOICES),
        SampleKeys.read(top, evalData),
        judge(top, context));
  }

  private static Judge judge(Section top, ReadContext context) {
    ConfigNode.Entries entries =
        top.inner(JUDGE)
            .orElseGet(() -> new ConfigNode.Entries(top.location(), new LinkedHashMap<>()));
    Section section = new Section(KeyTable.judge(), entries, JUDGE + ".", Set.of(), context);
    StepsReader.notBoth(section, ENDPOINT, REWARD_MODEL);
    if (section.given(ENDPOINT)) {
      return endpoint(section);
    }
    for (String key : List.of("model", "api_key", "timeout", "retries")) {
      if (section.given(key)) {
        section.problem(
            key, "belongs to an endpoint, and judge has none; add endpoint, or remove it");
      }
    }
    return section
        .text(REWARD_MODEL)
        .map(path -> (Judge) new Judge.Rewards(path))
        .orElse(new Judge.Metrics());
  }

  private static Judge endpoint(Section section) {
    String address = section.text(ENDPOINT).orElse("").strip().replaceAll("/+$", "");
    if (!isHttp(address)) {
      section.problem(ENDPOINT, "'%s' is no http:// or https:// address".formatted(address));
    }
    Optional<String> model = section.text("model").filter(name -> !name.isBlank());
    if (model.isEmpty()) {
      section.problem("model", "missing beside endpoint; name the model that is asked there");
    }
    return new Judge.Endpoint(
        address,
        model.orElse(""),
        section.text("api_key").map(Judge.Secret::new),
        Duration.ofSeconds(section.integer("timeout").orElse(1)),
        section.integer("retries").orElse(0));
  }

  private static boolean isHttp(String address) {
    try {
      URI uri = URI.create(address);
      return uri.getHost() != null && List.of("http", "https").contains(uri.getScheme());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Keys that change nothing. */
  static List<String> notices(Section top) {
    boolean asked = top.given(QUESTIONS) || top.given(EXACT_MATCH);
    return top.given(JUDGE) && !asked
        ? List.of(JUDGE + ": no effect without " + QUESTIONS)
        : List.of();
  }
}
