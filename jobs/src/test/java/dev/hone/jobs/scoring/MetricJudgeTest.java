package dev.hone.jobs.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.eval.Metric;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.tables.GenerationRow;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class MetricJudgeTest {
  private static final Conversation ASKED =
      new Conversation(List.of(Message.of("user", "How many?")));

  /** Not the expected text, but a query that returns the same. */
  private static final GenerationRow EXECUTES = row("SELECT count(a) FROM t").executed("right");

  private static final GenerationRow FAILS =
      row("There are many rows").executed("wrong: cannot be run");

  private static GenerationRow row(String completion) {
    String reference = "SELECT count(*) FROM t";
    return new GenerationRow(
        "r", 1, "d", 0, "p", completion, reference, completion.equals(reference), Instant.EPOCH);
  }

  private static String judged(GenerationRow mine, GenerationRow other, Metric... metrics) {
    return new MetricJudge(List.of(metrics))
        .judge(List.of(new Pair(ASKED, mine, other)))
        .get(0)
        .text();
  }

  @Test
  void theStrictestMetricDecides() {
    assertEquals(
        "win: sql_execution 1.000 against 0.000",
        judged(EXECUTES, FAILS, Metric.ROUGE_L, Metric.EXACT_MATCH, Metric.SQL_EXECUTION));
    assertEquals(
        "tie: exact_match 0.000 against 0.000",
        judged(EXECUTES, FAILS, Metric.ROUGE_L, Metric.EXACT_MATCH));
    assertEquals(
        "loss: rouge_l 0.000 against 0.8889", judged(FAILS, EXECUTES, Metric.BLEU, Metric.ROUGE_L));
    assertEquals(
        "none: no metric of these questions rates one answer",
        judged(FAILS, EXECUTES, Metric.BLEU));
  }
}
