package dev.hone.training.distributed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The best of the models that a run has written, by what was measured of each at its step; the
 * first of equals. A model that was not measured is never the best. Each checkpoint says which one
 * is the best when it is written, so that a run that goes on from it knows.
 *
 * <p>Example: losses of 2.1 after 10 steps, 1.9 after 20 and 2.0 after 30 make checkpoint 20 the
 * best.
 */
final class BestSoFar {
  private static final String FILE = "trainer/best.json";

  private final BestRule rule;
  private final Set<String> names = new TreeSet<>();
  private final Map<Long, Map<String, Double>> measured = new TreeMap<>();
  private long step;
  private double value;

  BestSoFar(BestRule rule) {
    this.rule = rule;
  }

  /** Takes in a result of an evaluation. */
  void add(RankMessage.Evaluated found) {
    names.add(found.name());
    if (found.name().equals(rule.metric())) {
      measured
          .computeIfAbsent(found.step(), first -> new TreeMap<>())
          .put(found.dataset(), found.value());
    }
  }

  /**
   * Refuses a metric that was asked for and is not measured; called after the first evaluation.
   *
   * @throws HoneException with the names of those that are
   */
  void requireMeasured() {
    if (rule.asked() && !names.isEmpty() && !names.contains(rule.metric())) {
      throw new HoneException(
          "metric_for_best_model '%s' is not measured by the evaluations of this run; name one of %s"
              .formatted(rule.metric(), String.join(", ", names)));
    }
  }

  /**
   * Takes in that a model is written after so many steps.
   *
   * @return whether it is the best
   */
  boolean written(long done) {
    double mean = measured(done).orElse(Double.NaN);
    boolean better = step == 0 ? !Double.isNaN(mean) : rule.isBetter(mean, value);
    if (better) {
      step = done;
      value = mean;
    }
    return step == done;
  }

  /** What was measured after so many steps: the mean over the data sets. */
  OptionalDouble measured(long done) {
    return measured.getOrDefault(done, Map.of()).values().stream()
        .mapToDouble(Double::doubleValue)
        .average();
  }

  /** The steps of the best; empty if none was measured. */
  OptionalLong step() {
    return step == 0 ? OptionalLong.empty() : OptionalLong.of(step);
  }

  /** Writes it beside the state of the trainer. */
  void save(Path checkpoint) {
    if (step > 0) {
      ObjectNode best = JsonFile.object();
      best.put("metric_for_best_model", rule.metric());
      best.put("best_metric", value).put("best_global_step", step);
      JsonFile.write(checkpoint.resolve(FILE), best);
    }
  }

  /**
   * Goes on from what {@link #save} wrote, if it is of the same metric and that model is still
   * there.
   *
   * @param there steps of the checkpoints that are
   */
  void resume(Path checkpoint, Set<Long> there) {
    Path file = checkpoint.resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    JsonNode best = JsonFile.read(file);
    long saved = best.path("best_global_step").asLong();
    if (best.path("metric_for_best_model").asText().equals(rule.metric())
        && there.contains(saved)) {
      step = saved;
      value = best.path("best_metric").asDouble();
    }
  }
}
