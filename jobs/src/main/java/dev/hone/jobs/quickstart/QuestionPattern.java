package dev.hone.jobs.quickstart;

import java.util.Arrays;
import java.util.List;

/**
 * The kinds of question of the quickstart: a few wordings and the one query that answers them.
 *
 * <p>A query is written in one way only: upper-case keywords, conditions in the order run, set,
 * name, step, no alias, no semicolon. A model can then be judged by exact match, and a small one
 * spends its few training tokens on meaning instead of style.
 *
 * <p>The patterns that are not {@link #trained()} recombine parts that are: the table of one with
 * the aggregate of another. They show whether the model learned the parts or the sentences.
 */
enum QuestionPattern {
  METRIC_AT_STEP(
      true,
      "SELECT value FROM metrics WHERE run_id = '{run}' AND name = '{metric}' AND step = {step}",
      "What was the {metric} of run {run} at step {step}?",
      "Show the {metric} of run {run} at step {step}."),
  METRIC_LOWEST(
      true,
      "SELECT MIN(value) FROM metrics WHERE run_id = '{run}' AND name = '{metric}'",
      "What was the lowest {metric} of run {run}?",
      "Show the lowest {metric} of run {run}."),
  METRIC_HIGHEST(
      true,
      "SELECT MAX(value) FROM metrics WHERE run_id = '{run}' AND name = '{metric}'",
      "What was the highest {metric} of run {run}?",
      "Show the highest {metric} of run {run}."),
  METRIC_AVERAGE(
      true,
      "SELECT AVG(value) FROM metrics WHERE run_id = '{run}' AND name = '{metric}'",
      "What was the average {metric} of run {run}?",
      "Show the average {metric} of run {run}."),
  METRIC_FIRST_BELOW(
      true,
      "SELECT MIN(step) FROM metrics WHERE run_id = '{run}' AND name = '{metric}' AND value <"
          + " {limit}",
      "What was the first step with {metric} below {limit} in run {run}?",
      "Show the first step with {metric} below {limit} in run {run}."),
  EVAL_AT_STEP(
      true,
      "SELECT value FROM evals WHERE run_id = '{run}' AND dataset = '{set}' AND name = '{eval}' AND"
          + " step = {step}",
      "What was the {eval} of run {run} on {set} at step {step}?",
      "Show the {eval} of run {run} on {set} at step {step}."),
  EVAL_LOWEST(
      true,
      "SELECT MIN(value) FROM evals WHERE run_id = '{run}' AND dataset = '{set}' AND name ="
          + " '{eval}'",
      "What was the lowest {eval} of run {run} on {set}?",
      "Show the lowest {eval} of run {run} on {set}."),
  EVAL_RUN_LOWEST(
      true,
      "SELECT run_id FROM evals WHERE dataset = '{set}' AND name = '{eval}' ORDER BY value LIMIT 1",
      "Which run has the lowest {eval} on {set}?",
      "Show the run with the lowest {eval} on {set}."),
  RUNS_OF_OWNER(
      true,
      "SELECT run_id FROM runs WHERE owner = '{owner}' AND state = '{state}'",
      "Which runs of {owner} are {state}?",
      "Show the {state} runs of {owner}."),
  RUN_COLUMN(
      true,
      "SELECT {column} FROM runs WHERE run_id = '{run}'",
      "What is the {column} of run {run}?",
      "Show the {column} of run {run}."),
  CHECKPOINT_BEST(
      true,
      "SELECT path FROM checkpoints WHERE run_id = '{run}' AND best",
      "What is the path of the best checkpoint of run {run}?",
      "Show the path of the best checkpoint of run {run}."),
  CHECKPOINT_AT_STEP(
      true,
      "SELECT path FROM checkpoints WHERE run_id = '{run}' AND step = {step}",
      "What is the path of the checkpoint of run {run} at step {step}?",
      "Show the path of the checkpoint of run {run} at step {step}."),
  CHECKPOINT_COUNT(
      true,
      "SELECT COUNT(*) FROM checkpoints WHERE run_id = '{run}'",
      "How many checkpoints does run {run} have?",
      "Show the number of checkpoints of run {run}."),
  CHECKPOINT_BYTES(
      true,
      "SELECT SUM(bytes) FROM checkpoints WHERE run_id = '{run}'",
      "How many bytes do the checkpoints of run {run} have?",
      "Show the number of bytes of the checkpoints of run {run}."),

  EVAL_HIGHEST(
      false,
      "SELECT MAX(value) FROM evals WHERE run_id = '{run}' AND dataset = '{set}' AND name ="
          + " '{eval}'",
      "What was the highest {eval} of run {run} on {set}?",
      "Show the highest {eval} of run {run} on {set}."),
  EVAL_AVERAGE(
      false,
      "SELECT AVG(value) FROM evals WHERE run_id = '{run}' AND dataset = '{set}' AND name ="
          + " '{eval}'",
      "What was the average {eval} of run {run} on {set}?",
      "Show the average {eval} of run {run} on {set}."),
  METRIC_FIRST_ABOVE(
      false,
      "SELECT MIN(step) FROM metrics WHERE run_id = '{run}' AND name = '{metric}' AND value >"
          + " {limit}",
      "What was the first step with {metric} above {limit} in run {run}?",
      "Show the first step with {metric} above {limit} in run {run}."),
  CHECKPOINT_BYTES_BEST(
      false,
      "SELECT bytes FROM checkpoints WHERE run_id = '{run}' AND best",
      "What is the bytes of the best checkpoint of run {run}?",
      "Show the bytes of the best checkpoint of run {run}.");

  private final boolean trained;
  private final String sql;
  private final String question;
  private final String request;

  QuestionPattern(boolean trained, String sql, String question, String request) {
    this.trained = trained;
    this.sql = sql;
    this.question = question;
    this.request = request;
  }

  /** Whether the training corpus asks it. */
  boolean trained() {
    return trained;
  }

  /** The query, with {@code {slot}} for every name and number. */
  String sql() {
    return sql;
  }

  /** The same question asked and requested, with the slots of {@link #sql()}. */
  List<String> wordings() {
    return List.of(question, request);
  }

  static List<QuestionPattern> trained(boolean trained) {
    return Arrays.stream(values()).filter(pattern -> pattern.trained == trained).toList();
  }
}
