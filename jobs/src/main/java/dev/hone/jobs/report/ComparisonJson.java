package dev.hone.jobs.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.jobs.ui.Curve;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A comparison for a program. What is there of each run is an array of two, null where a run lacks
 * it.
 */
final class ComparisonJson {
  private ComparisonJson() {}

  static ObjectNode of(Comparison compared) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    Both<RunStory> runs = compared.runs();
    ObjectNode facts = json.putObject("runs");
    put(facts, "run_id", runs.map(run -> run.run().runId()));
    put(facts, "state", runs.map(run -> run.run().state()));
    put(facts, "message", runs.flatMap(run -> run.run().message()));
    put(facts, "started_at", runs.map(run -> run.run().startedAt().toString()));
    put(facts, "finished_at", runs.flatMap(run -> run.run().finishedAt().map(Instant::toString)));
    put(facts, "seconds", runs.flatMap(run -> run.took().map(took -> took.toMillis() / 1e3)));
    put(facts, "steps", runs.map(RunStory::steps));
    put(facts, "epochs", runs.map(RunStory::epochs));
    put(facts, "tokens", runs.flatMap(run -> run.last("num_tokens").map(Curve.Point::value)));
    put(facts, "prep_id", runs.flatMap(run -> run.run().prepId()));
    put(facts, "code_version", runs.map(run -> run.run().codeVersion()));
    put(facts, "forgotten_rows", runs.flatMap(run -> run.run().forgottenRows()));
    settings(json.putObject("config"), Comparison.different(compared.settings()));
    metrics(json.putObject("metrics"), compared.metrics());
    ObjectNode reached = json.putObject("reached_loss_of_other");
    put(reached, "step", compared.reached().map(Reached::step));
    put(reached, "tokens", compared.reached().flatMap(Reached::tokens));
    evals(json.putObject("evals"), compared.evals());
    data(json.putObject("data"), compared);
    return json;
  }

  private static void settings(ObjectNode json, Map<String, Both<String>> settings) {
    settings.forEach((key, values) -> put(json, key, values));
  }

  private static void metrics(ObjectNode json, Map<String, Both<CurveSummary>> metrics) {
    metrics.forEach(
        (name, both) -> {
          ObjectNode metric = json.putObject(name);
          put(metric, "first", both.map(found -> found.first().value()));
          put(metric, "last", both.map(found -> found.last().value()));
          put(metric, "tail_mean", both.map(CurveSummary::tailMean));
          put(metric, "best", both.flatMap(CurveSummary::best).map(Curve.Point::value));
          put(metric, "best_step", both.flatMap(CurveSummary::best).map(Curve.Point::step));
        });
  }

  private static void evals(ObjectNode json, Map<String, Both<EvalSummary>> evals) {
    for (Both<EvalSummary> both : evals.values()) {
      EvalSummary one = both.a().or(both::b).orElseThrow();
      ObjectNode eval = json.withObjectProperty(one.dataset()).putObject(one.name());
      put(eval, "first", both.map(found -> found.first().value()));
      put(eval, "last", both.map(found -> found.last().value()));
      put(eval, "last_step", both.map(found -> found.last().step()));
      put(eval, "best", both.map(found -> found.best().value()));
      put(eval, "best_step", both.map(found -> found.best().step()));
      put(eval, "n", both.map(EvalSummary::last).map(EvalRow::n));
    }
  }

  private static void data(ObjectNode json, Comparison compared) {
    json.put("same", compared.data().key());
    prepared(json, "documents", compared, PrepRow::documents);
    prepared(json, "quarantined", compared, PrepRow::quarantined);
    prepared(json, "samples", compared, PrepRow::samples);
    prepared(json, "train_packs", compared, PrepRow::trainPacks);
    prepared(json, "eval_packs", compared, PrepRow::evalPacks);
    prepared(json, "tokens", compared, PrepRow::tokens);
    prepared(json, "trained_tokens", compared, PrepRow::trainedTokens);
    settings(json.putObject("config"), compared.preparation());
  }

  private static void prepared(
      ObjectNode json, String name, Comparison compared, Function<PrepRow, Long> what) {
    put(json, name, compared.runs().flatMap(RunStory::prep).map(what));
  }

  private static void put(ObjectNode json, String name, Both<?> values) {
    ArrayNode array = json.putArray(name);
    add(array, values.a());
    add(array, values.b());
  }

  private static void add(ArrayNode array, Optional<?> value) {
    Object found = value.isPresent() ? value.get() : null;
    if (found instanceof Long number) {
      array.add(number);
    } else if (found instanceof Double number) {
      array.add(number);
    } else if (found == null) {
      array.addNull();
    } else {
      array.add(found.toString());
    }
  }
}
