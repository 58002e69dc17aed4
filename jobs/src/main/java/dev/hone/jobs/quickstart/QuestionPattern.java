package dev.hone.jobs.quickstart;

import java.util.Arrays;
import java.util.List;

/**
 * The kinds of question of the quickstart: a few wordings and the one query that answers them.
 *
 * <p>Names stand in quotes in the question too: a tokenizer cuts a word after a quote in the same
 * way in both places, so that copying a new name is copying tokens and not spelling. Metrics and
 * evaluations share their names, so that it is the mention of a dataset that tells them apart.
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
      "SELECT value FROM metrics WHERE run_id = '{run}' AND name = '{name}' AND step =" + " {step}",
      "What was the '{name}' of run '{run}' at step {step}?",
      "Show the '{name}' of run '{run}' at step {step}."),
  METRIC_LOWEST(
      true,
      "SELECT MIN(value) FROM metrics WHERE run_id = '{run}' AND name = '{name}'",
      "What was the lowest '{name}' of run '{run}'?",
      "Show the lowest '{name}' of run '{run}'."),
  METRIC_HIGHEST(
      true,
      "SELECT MAX(value) FROM metrics WHERE run_id = '{run}' AND name = '{name}'",
      "What was the highest '{name}' of run '{run}'?",
      "Show the highest '{name}' of run '{run}'."),
  METRIC_AVERAGE(
      true,
      "SELECT AVG(value) FROM metrics WHERE run_id = '{run}' AND name = '{name}'",
      "What was the average '{name}' of run '{run}'?",
      "Show the average '{name}' of run '{run}'."),
  METRIC_FIRST_BELOW(
      true,
      "SELECT MIN(step) FROM metrics WHERE run_id = '{run}' AND name = '{name}' AND"
          + " value < {limit}",
      "What was the first step of run '{run}' with '{name}' below {limit}?",
      "Show the first step of run '{run}' with '{name}' below {limit}."),
  METRIC_STEPS_ABOVE(
      true,
      "SELECT COUNT(*) FROM metrics WHERE run_id = '{run}' AND name = '{name}' AND value"
          + " > {limit}",
      "How many steps of run '{run}' have '{name}' above {limit}?",
      "Show the number of steps of run '{run}' with '{name}' above {limit}."),
  EVAL_AT_STEP(
      true,
      "SELECT value FROM evals WHERE run_id = '{run}' AND dataset = '{set}' AND name ="
          + " '{name}' AND step = {step}",
      "What was the '{name}' of run '{run}' on dataset '{set}' at step {step}?",
      "Show the '{name}' of run '{run}' on dataset '{set}' at step {step}."),
  EVAL_LOWEST(
      true,
      "SELECT MIN(value) FROM evals WHERE run_id = '{run}' AND dataset = '{set}' AND"
          + " name = '{name}'",
      "What was the lowest '{name}' of run '{run}' on dataset '{set}'?",
      "Show the lowest '{name}' of run '{run}' on dataset '{set}'."),
  EVAL_AVERAGE(
      true,
      "SELECT AVG(value) FROM evals WHERE run_id = '{run}' AND dataset = '{set}' AND"
          + " name = '{name}'",
      "What was the average '{name}' of run '{run}' on dataset '{set}'?",
      "Show the average '{name}' of run '{run}' on dataset '{set}'."),
  EVAL_RUN_LOWEST(
      true,
      "SELECT run_id FROM evals WHERE dataset = '{set}' AND name = '{name}' ORDER BY"
          + " value LIMIT 1",
      "Which run has the lowest '{name}' on dataset '{set}'?",
      "Show the run with the lowest '{name}' on dataset '{set}'."),
  RUNS_OF_OWNER(
      true,
      "SELECT run_id FROM runs WHERE owner = '{owner}' AND state = '{state}'",
      "Which runs of owner '{owner}' are in state '{state}'?",
      "Show the runs of owner '{owner}' in state '{state}'."),
  RUN_COLUMN(
      true,
      "SELECT {column} FROM runs WHERE run_id = '{run}'",
      "What is the {column} of run '{run}'?",
      "Show the {column} of run '{run}'."),
  CHECKPOINT_BEST(
      true,
      "SELECT path FROM checkpoints WHERE run_id = '{run}' AND best",
      "What is the path of the best checkpoint of run '{run}'?",
      "Show the path of the best checkpoint of run '{run}'."),
  CHECKPOINT_AT_STEP(
      true,
      "SELECT path FROM checkpoints WHERE run_id = '{run}' AND step = {step}",
      "What is the path of the checkpoint of run '{run}' at step {step}?",
      "Show the path of the checkpoint of run '{run}' at step {step}."),
  CHECKPOINT_FORMAT(
      true,
      "SELECT format FROM checkpoints WHERE run_id = '{run}' AND step = {step}",
      "What is the format of the checkpoint of run '{run}' at step {step}?",
      "Show the format of the checkpoint of run '{run}' at step {step}."),
  CHECKPOINT_COUNT(
      true,
      "SELECT COUNT(*) FROM checkpoints WHERE run_id = '{run}'",
      "How many checkpoints does run '{run}' have?",
      "Show the number of checkpoints of run '{run}'."),
  CHECKPOINT_BYTES(
      true,
      "SELECT SUM(bytes) FROM checkpoints WHERE run_id = '{run}'",
      "How many bytes do the checkpoints of run '{run}' have?",
      "Show the number of bytes of the checkpoints of run '{run}'."),

  EVAL_HIGHEST(
      false,
      "SELECT MAX(value) FROM evals WHERE run_id = '{run}' AND dataset = '{set}' AND"
          + " name = '{name}'",
      "What was the highest '{name}' of run '{run}' on dataset '{set}'?",
      "Show the highest '{name}' of run '{run}' on dataset '{set}'."),
  METRIC_FIRST_ABOVE(
      false,
      "SELECT MIN(step) FROM metrics WHERE run_id = '{run}' AND name = '{name}' AND"
          + " value > {limit}",
      "What was the first step of run '{run}' with '{name}' above {limit}?",
      "Show the first step of run '{run}' with '{name}' above {limit}."),
  METRIC_STEPS_BELOW(
      false,
      "SELECT COUNT(*) FROM metrics WHERE run_id = '{run}' AND name = '{name}' AND value"
          + " < {limit}",
      "How many steps of run '{run}' have '{name}' below {limit}?",
      "Show the number of steps of run '{run}' with '{name}' below {limit}."),
  CHECKPOINT_FORMAT_BEST(
      false,
      "SELECT format FROM checkpoints WHERE run_id = '{run}' AND best",
      "What is the format of the best checkpoint of run '{run}'?",
      "Show the format of the best checkpoint of run '{run}'.");

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
