package dev.hone.jobs.report;

import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.RunRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs as rows, for tests. */
final class Stories {
  static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  static final String NASTY = "<b onclick='x'>&\"\u0000";

  private Stories() {}

  static RunRow run(String id, String state, String config, Optional<String> prepId) {
    return new RunRow(
        id,
        prepId,
        state,
        state.equals("failed") ? Optional.of("no space" + NASTY) : Optional.empty(),
        config,
        "hash",
        "0.1",
        "{\"packs\": 3}",
        "{\"java\": \"17\", \"set\": []}",
        7,
        "ada" + NASTY,
        "{\"team\": \"<x>\"}",
        Optional.of(2_000_000L),
        START,
        state.equals("running") ? Optional.empty() : Optional.of(START.plusSeconds(90)),
        Optional.empty(),
        Optional.empty(),
        Optional.of(
            "[{\"rank\":0,\"host\":\"h%s\",\"executor_id\":\"1\",\"java\":\"Acme 17\",\"instruction_set\":\"AVX2\",\"cpu\":\"AVX9\",\"vector_bits\":256,\"threads\":4}]"
                .formatted("<i>")));
  }

  static PrepRow prep(String id, String config, Instant createdAt) {
    return new PrepRow(
        id,
        config,
        Optional.empty(),
        Optional.empty(),
        1200,
        1100,
        3,
        0,
        40,
        4,
        90_000,
        30_000,
        0,
        0.987,
        createdAt);
  }

  static MetricRow metric(String run, long step, String name, double value) {
    return new MetricRow(run, step, step / 10.0, START.plusSeconds(step), name, value);
  }

  /** Ten tokens a step; losses at the steps 1, 2, ... */
  static List<MetricRow> losses(String run, double... losses) {
    List<MetricRow> rows = new ArrayList<>();
    for (int step = 1; step <= losses.length; step++) {
      rows.add(metric(run, step, "loss", losses[step - 1]));
      rows.add(metric(run, step, "grad_norm", 0.5));
      rows.add(metric(run, step, "num_tokens", 10 * step));
    }
    return rows;
  }

  static EvalRow eval(String run, long step, String set, String name, double value, long n) {
    return new EvalRow(run, step, set, name, value, n, START.plusSeconds(step));
  }

  static CheckpointRow checkpoint(String run, long step, String path, boolean best) {
    return new CheckpointRow(
        run, step, path, "hf", 5_000_000, "h", best, START, Optional.empty(), Optional.empty());
  }
}
