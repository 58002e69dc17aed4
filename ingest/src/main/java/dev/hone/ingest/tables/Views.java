package dev.hone.ingest.tables;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The views that answer what people ask first, in SQL over the bare table names.
 *
 * <p>A segment that was repeated after a lost executor may have written a step twice; the later
 * number counts.
 */
final class Views {
  private Views() {}

  /** Name and query of each view, in an order in which they can be made. */
  static Map<String, String> all() {
    Map<String, String> views = new LinkedHashMap<>();
    views.put("loss_curve", LOSS_CURVE);
    views.put("run_summary", RUN_SUMMARY);
    views.put("latest_model", LATEST_MODEL);
    views.put("promoted_models", PROMOTED_MODELS);
    return views;
  }

  /**
   * The tables and views whose names occur in a query, and those that such a view reads.
   *
   * <p>Example: {@code SELECT * FROM latest_model} gives latest_model, checkpoints and runs.
   */
  static Set<String> namedIn(String query, Collection<String> tables) {
    Map<String, String> views = all();
    Set<String> named = new LinkedHashSet<>();
    Deque<String> texts = new ArrayDeque<>(List.of(query));
    while (!texts.isEmpty()) {
      for (String word : texts.pop().toLowerCase(Locale.ROOT).split("\\W+", -1)) {
        if (tables.contains(word)) {
          named.add(word);
        } else if (views.containsKey(word) && named.add(word)) {
          texts.add(views.get(word));
        }
      }
    }
    return named;
  }

  /** One row for each run and step that logged anything or was evaluated. */
  private static final String LOSS_CURVE =
      """
      WITH logged AS (
        SELECT run_id, step, max(epoch) AS epoch, max(timestamp) AS timestamp,
          max_by(value, timestamp) FILTER (WHERE name = 'loss') AS loss,
          max_by(value, timestamp) FILTER (WHERE name = 'learning_rate') AS learning_rate,
          max_by(value, timestamp) FILTER (WHERE name = 'grad_norm') AS grad_norm,
          max_by(value, timestamp) FILTER (WHERE name = 'mean_token_accuracy') AS mean_token_accuracy,
          max_by(value, timestamp) FILTER (WHERE name = 'num_tokens') AS num_tokens,
          max_by(value, timestamp) FILTER (WHERE name = 'tokens_per_second') AS tokens_per_second
        FROM metrics GROUP BY run_id, step),
      newest AS (
        SELECT run_id, step, dataset, max_by(value, timestamp) AS value, max_by(n, timestamp) AS n
        FROM evals WHERE name = 'eval_loss' GROUP BY run_id, step, dataset),
      evaluated AS (
        SELECT run_id, step, sum(value * n) / sum(n) AS eval_loss FROM newest GROUP BY run_id, step)
      SELECT run_id, step, epoch, loss, eval_loss, learning_rate, grad_norm, mean_token_accuracy,
        num_tokens, tokens_per_second, timestamp
      FROM logged FULL OUTER JOIN evaluated USING (run_id, step)
      """;

  /** One row for each run. */
  private static final String RUN_SUMMARY =
      """
      WITH curve AS (
        SELECT run_id, max(step) FILTER (WHERE loss IS NOT NULL) AS steps, max(epoch) AS epochs,
          min_by(loss, step) FILTER (WHERE loss IS NOT NULL) AS first_loss,
          max_by(loss, step) FILTER (WHERE loss IS NOT NULL) AS last_loss,
          min(loss) AS min_loss,
          min_by(eval_loss, step) FILTER (WHERE eval_loss IS NOT NULL) AS first_eval_loss,
          max_by(eval_loss, step) FILTER (WHERE eval_loss IS NOT NULL) AS last_eval_loss,
          max(num_tokens) AS tokens, max(timestamp) AS last_metric_at
        FROM loss_curve GROUP BY run_id),
      newest AS (
        SELECT run_id, dataset, name, max_by(value, struct(step, timestamp)) AS value
        FROM evals GROUP BY run_id, dataset, name),
      evaluated AS (
        SELECT run_id,
          map_from_entries(sort_array(collect_list(struct(concat(dataset, '/', name), value)))) AS last_evals
        FROM newest GROUP BY run_id)
      SELECT run_id, state, steps, epochs, first_loss, last_loss, min_loss, first_eval_loss,
        last_eval_loss, last_evals, CAST(tokens AS BIGINT) AS tokens,
        CAST(coalesce(finished_at, last_metric_at) AS DOUBLE) - CAST(started_at AS DOUBLE)
          AS duration_seconds,
        optimizer_state_bytes, prep_id, owner, tags, started_at, finished_at, message
      FROM runs LEFT JOIN curve USING (run_id) LEFT JOIN evaluated USING (run_id)
      """;

  /** The last checkpoint of the run that finished last: one row, or none. */
  private static final String LATEST_MODEL =
      """
      SELECT run_id, step, path, format, bytes, finished_at
      FROM checkpoints JOIN runs USING (run_id)
      WHERE state = 'finished'
      ORDER BY finished_at DESC, step DESC, created_at DESC LIMIT 1
      """;

  /** The version of each model that is in use. */
  private static final String PROMOTED_MODELS =
      """
      SELECT model, version, path, run_id, decided_at AS promoted_at
      FROM models WHERE state = 'promoted'
      """;
}
