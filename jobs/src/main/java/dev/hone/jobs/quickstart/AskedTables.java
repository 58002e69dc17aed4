package dev.hone.jobs.quickstart;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Small tables that the queries of a corpus can be run on, made from the questions that are asked:
 * every query finds something in them, and beside it lie rows that a query with a wrong name,
 * number or condition would find instead. The same questions give the same rows.
 */
final class AskedTables {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final long SEED = 11;
  private static final int STEPS = 5;

  private final Random random = new Random(SEED);
  private final List<Question> questions;
  private final Map<List<String>, ObjectNode> metrics = new LinkedHashMap<>();
  private final Map<List<String>, ObjectNode> evals = new LinkedHashMap<>();
  private final Map<List<String>, ObjectNode> runs = new LinkedHashMap<>();
  private final Map<List<String>, ObjectNode> checkpoints = new LinkedHashMap<>();

  private AskedTables(List<Question> questions) {
    this.questions = List.copyOf(questions);
    this.questions.forEach(this::addFor);
  }

  /** The rows of each table, by its name. */
  static Map<String, List<ObjectNode>> of(List<Question> questions) {
    AskedTables tables = new AskedTables(questions);
    Map<String, List<ObjectNode>> rows = new LinkedHashMap<>();
    rows.put("metrics", List.copyOf(tables.metrics.values()));
    rows.put("evals", List.copyOf(tables.evals.values()));
    rows.put("runs", List.copyOf(tables.runs.values()));
    rows.put("checkpoints", List.copyOf(tables.checkpoints.values()));
    return rows;
  }

  private void addFor(Question question) {
    Map<String, String> slots = question.slots();
    String run = slots.get("run");
    double limit = Double.parseDouble(slots.get("limit"));
    for (String name : List.of(slots.get("name"), elsewhere("name"))) {
      List<Integer> steps = steps(slots);
      for (int i = 0; i < steps.size(); i++) {
        double value = i % 2 == 0 ? limit * random.nextDouble() : limit + 2 * random.nextDouble();
        add(metrics, measured(run, name, steps.get(i), value), "run_id", "name", "step");
      }
      for (String set : List.of(slots.get("set"), elsewhere("set"))) {
        for (int step : steps(slots)) {
          ObjectNode row = measured(run, name, step, 5 * random.nextDouble());
          add(evals, row.put("dataset", set), "run_id", "dataset", "name", "step");
        }
      }
    }
    addRun(run, slots.get("owner"), slots.get("state"));
    // The second run of the same owner and state, and one of the owner in another.
    addRun(run + "-again", slots.get("owner"), slots.get("state"));
    addRun(run + "-other", slots.get("owner"), elsewhere("state"));
    List<Integer> saved = steps(slots);
    int best = random.nextInt(saved.size());
    for (int i = 0; i < saved.size(); i++) {
      addCheckpoint(run, saved.get(i), i == best);
    }
  }

  /** The step that is asked for, and others. */
  private List<Integer> steps(Map<String, String> slots) {
    Set<Integer> steps = new TreeSet<>(List.of(Integer.parseInt(slots.get("step"))));
    while (steps.size() < STEPS) {
      steps.add(1 + random.nextInt(999));
    }
    return new ArrayList<>(steps);
  }

  /** What another question has in a slot. */
  private String elsewhere(String slot) {
    return questions.get(random.nextInt(questions.size())).slots().get(slot);
  }

  private static ObjectNode measured(String run, String name, int step, double value) {
    return JSON.objectNode()
        .put("run_id", run)
        .put("name", name)
        .put("step", step)
        .put("value", Math.round(1e6 * value) / 1e6);
  }

  private void addRun(String run, String owner, String state) {
    int number = random.nextInt(100_000);
    add(
        runs,
        JSON.objectNode()
            .put("run_id", run)
            .put("owner", owner)
            .put("state", state)
            .put("seed", number)
            .put("prep_id", "prep-" + number)
            .put("code_version", "0.%d.%d".formatted(number % 10, number % 7))
            .put("started_at", time(number))
            .put("finished_at", time(number + 3600)),
        "run_id");
  }

  private static String time(int second) {
    return String.format(
        Locale.ROOT,
        "2026-01-%02d %02d:%02d:%02d",
        1 + second / 86_400,
        second / 3600 % 24,
        second / 60 % 60,
        second % 60);
  }

  private void addCheckpoint(String run, int step, boolean best) {
    boolean known =
        checkpoints.values().stream()
            .anyMatch(row -> row.get("run_id").asText().equals(run) && row.get("best").asBoolean());
    add(
        checkpoints,
        JSON.objectNode()
            .put("run_id", run)
            .put("step", step)
            .put("path", "/models/%s/checkpoint-%d".formatted(run, step))
            .put("format", random.nextBoolean() ? "hf" : "peft")
            .put("bytes", 1_000_000L + random.nextInt(1_000_000))
            .put("best", best && !known),
        "run_id",
        "step");
  }

  /** Of two rows with one key the first stays. */
  private static void add(Map<List<String>, ObjectNode> table, ObjectNode row, String... key) {
    List<String> values = new ArrayList<>();
    for (String column : key) {
      values.add(row.get(column).asText());
    }
    table.putIfAbsent(values, row);
  }
}
