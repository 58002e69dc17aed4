package dev.hone.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.tables.EvalRow;
import dev.hone.jobs.Hone;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.training.distributed.RunResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class RunReportTest {
  @TempDir private Path folder;

  @Test
  void sharesAreShownWithTheirIntervals() throws IOException {
    RunResult result =
        RunResult.measured(List.of())
            .with(
                List.of(
                    row(0, "eval_loss", 3.5, Optional.empty(), Optional.empty()),
                    row(0, "sql_execution_accuracy", 0, Optional.of(0.0), Optional.of(0.0432)),
                    row(9, "eval_loss", 3.25, Optional.empty(), Optional.empty()),
                    row(9, "sql_execution_accuracy", 1, Optional.of(0.9568), Optional.of(1.0)),
                    row(9, "win_rate", 1, Optional.of(0.9568), Optional.of(1.0))));
    Path file =
        Files.writeString(
            folder.resolve("c.yaml"),
            "base_model: m\nlearning_rate: 1e-4\nwarehouse: w\ndatasets:\n  - {path: a.jsonl, type: alpaca}\n");
    StringWriter out = new StringWriter();
    RunReport.run(
        new Hone.Outcome("r", null, Optional.of(result)),
        HoneConfig.read(file, List.of(), Map.of()),
        new PrintWriter(out));
    assertEquals(
        """
        set  eval_loss               3.5000 -> 3.2500
        set  sql_execution_accuracy  0.0000 [0.0000, 0.0432] -> 1.0000 [0.9568, 1.0000]
        set  win_rate                1.0000 [0.9568, 1.0000]
        run: r, tables: w
        """,
        out.toString());
  }

  private static EvalRow row(
      long step, String name, double value, Optional<Double> low, Optional<Double> high) {
    return new EvalRow("r", step, "set", name, value, 85, Instant.EPOCH, low, high);
  }
}
