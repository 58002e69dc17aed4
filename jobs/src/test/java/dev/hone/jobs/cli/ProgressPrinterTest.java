package dev.hone.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.ingest.tables.Progress;
import dev.hone.jobs.Durations;
import dev.hone.training.trainer.StepMetrics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ProgressPrinterTest {

  @Test
  void oneLineSaysHowFarAndHowWell() {
    StringWriter out = new StringWriter();
    new ProgressPrinter(new PrintWriter(out))
        .onMetrics(
            new StepMetrics(
                12,
                0.5,
                1.23456,
                0.789,
                2e-4,
                4096,
                Map.of("mean_token_accuracy", 0.5),
                321.4,
                1.5),
            100,
            Duration.ofSeconds(187));
    assertEquals(
        "step 12/100  loss 1.2346  lr 2.00e-04  grad_norm 0.789  321 tokens/s  ETA 3m 07s\n",
        out.toString());
  }

  @Test
  void pairsSayHowManyAreTheRightWayRound() {
    StringWriter out = new StringWriter();
    new ProgressPrinter(new PrintWriter(out))
        .onMetrics(
            new StepMetrics(1, 0.1, 0.6931, 2, 1e-5, 64, Map.of("rewards/accuracies", 0.625), 9, 7),
            2,
            Duration.ofSeconds(7));
    assertEquals(
        "step 1/2  loss 0.6931  lr 1.00e-05  grad_norm 2.000  accuracies 0.63  9 tokens/s  ETA 7s\n",
        out.toString());
  }

  @Test
  void labelledAnswersSayHowFarApartTheyAre() {
    StringWriter out = new StringWriter();
    new ProgressPrinter(new PrintWriter(out))
        .onMetrics(
            new StepMetrics(1, 0.1, 0.5, 2, 1e-5, 64, Map.of("rewards/margins", 0.0625), 9, 7),
            2,
            Duration.ofSeconds(7));
    assertEquals(
        "step 1/2  loss 0.5000  lr 1.00e-05  grad_norm 2.000  margins 0.063  9 tokens/s  ETA 7s\n",
        out.toString());
  }

  @Test
  void aStepThatIsNotTakenIsNamed() {
    StringWriter out = new StringWriter();
    ProgressPrinter printer = new ProgressPrinter(new PrintWriter(out));
    printer.onSkipped(7, 0, Double.NaN, Double.NaN);
    printer.onSkipped(8, 3, 2.5, Double.POSITIVE_INFINITY);
    assertEquals(
        """
        step 7 is skipped: loss is NaN and grad_norm is NaN
        step 8 is skipped by rank 3: loss is 2.5 and grad_norm is Infinity
        """,
        out.toString());
  }

  @Test
  void preparingSaysWhatIsLeft() {
    StringWriter out = new StringWriter();
    ProgressPrinter printer = new ProgressPrinter(new PrintWriter(out));
    Duration tenSeconds = Duration.ofSeconds(10);
    printer.onProgress(new Progress.Seen("tokenize", 0.25, 12_500, 3, 4_600_000, tenSeconds));
    printer.onProgress(new Progress.Seen("read chats", 0, 0, 0, 0, tenSeconds));
    assertEquals(
        """
        tokenize: 25 %, 12,500 rows, 3 refused, 4.6 M tokens, 460,000 tokens/s, ETA 30s
        read chats: 0 %, 0 rows, 0 refused, 0 rows/s, ETA ?
        """,
        out.toString());
  }

  @Test
  void durationsAreShort() {
    assertEquals("12s", Durations.shown(Duration.ofMillis(12_900)));
    assertEquals("59m 59s", Durations.shown(Duration.ofSeconds(3599)));
    assertEquals("26h 02m", Durations.shown(Duration.ofSeconds(26 * 3600 + 125)));
  }
}
