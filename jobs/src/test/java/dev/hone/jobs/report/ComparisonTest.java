package dev.hone.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.jobs.ui.Curve;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ComparisonTest {
  private static final String SAME =
      "\"base_model\": \"m\", \"datasets\": [{\"path\": \"a.jsonl\", \"type\": \"alpaca\"}]";

  private static RunStory story(
      String id, String config, Optional<PrepRow> prep, List<EvalRow> evals, double... losses) {
    return RunStory.of(
        Stories.run(id, "finished", "{" + SAME + config + "}", prep.map(PrepRow::prepId)),
        prep,
        Stories.losses(id, losses).iterator(),
        evals,
        List.of());
  }

  private static Optional<PrepRow> prep(String id, String config) {
    return Optional.of(Stories.prep(id, config, Stories.START.minusSeconds(5)));
  }

  private static Comparison comparison() {
    return Comparison.of(
        story(
            "monday",
            ", \"learning_rate\": \"1e-3\", \"seed\": 1",
            prep("p1", "{\"sequence_len\": 128}"),
            List.of(
                Stories.eval("monday", 0, "plain", "eval_loss", 4, 600),
                Stories.eval("monday", 2, "plain", "eval_loss", 1.5, 600),
                Stories.eval("monday", 3, "plain", "eval_loss", 2, 600)),
            3,
            2,
            2.5),
        story(
            "tuesday",
            ", \"learning_rate\": \"2e-4\", \"seed\": 1, \"weight_decay\": 0.1",
            prep("p2", "{\"sequence_len\": 256}"),
            List.of(
                Stories.eval("tuesday", 0, "plain", "eval_loss", 4, 580),
                Stories.eval("tuesday", 4, "plain", "eval_loss", 3, 580),
                Stories.eval("tuesday", 4, "qa", "exact_match", 0.5, 2)),
            4,
            3,
            2.25,
            1));
  }

  @Test
  void showsBothSideBySide() {
    assertEquals(
        """
        run          monday                   tuesday
        state        finished                 finished
        started      2030-01-01 00:00:00 UTC  2030-01-01 00:00:00 UTC
        time         1m 30s                   1m 30s
        steps        3                        4
        epochs       0.30                     0.40
        tokens       30                       40
        preparation  p1                       p2
        hone         0.1                      0.1

        configuration (2 of 6 keys differ)  monday  tuesday
        learning_rate                       1e-3    2e-4
        weight_decay                        -       0.1

        training                          monday  tuesday  difference
        loss, first                       3.0000   4.0000     +1.0000
        loss, last                        2.5000   1.0000     -1.5000
        loss, mean of the last 10 %       2.5000   1.0000     -1.5000
        loss, best                        2.0000   1.0000     -1.0000
            at step                            2        4          +2
        grad_norm, last                   0.5000   0.5000      0.0000
        grad_norm, mean of the last 10 %  0.5000   0.5000      0.0000
        step at the other's last loss          -        3
        tokens to the other's last loss        -       30

        evaluation                     monday  tuesday  difference
        plain  eval_loss, first        4.0000   4.0000      0.0000
        plain  eval_loss, best         1.5000   3.0000     +1.5000
        plain  eval_loss, last         2.0000   3.0000     +1.0000
            not the same set: mean of     600      580         -20
        qa  exact_match                     -   0.5000

        data: they trained on different preparations: their losses are means over different tokens, and only evaluations on the same set compare

        preparation        monday  tuesday  difference
        documents           1,200    1,200           0
        refused                 3        3           0
        samples             1,100    1,100           0
        packs to train on      40       40           0
        packs held out          4        4           0
        tokens             90,000   90,000           0
        trained tokens     30,000   30,000           0

        preparation   monday  tuesday
        sequence_len  128     256
        """,
        String.join("\n", comparison().lines()) + "\n");
  }

  /** Of 20 values each is the mean of itself and the one before. */
  @Test
  void curvesAreSmoothedOverATenth() {
    List<Curve.Point> points =
        IntStream.rangeClosed(1, 20).mapToObj(i -> new Curve.Point(i, 2 * i)).toList();
    List<Curve.Point> smooth = ComparisonHtml.smooth(points);
    assertEquals(new Curve.Point(1, 2), smooth.get(0));
    assertEquals(new Curve.Point(2, 3), smooth.get(1));
    assertEquals(new Curve.Point(20, 39), smooth.get(19));
  }

  @Test
  void aPageShowsCurvesOfBothAndWhereTheyDiffer() {
    String html = comparison().html();
    assertTrue(html.contains("<td>learning_rate</td><td>1e-3</td><td>2e-4</td>"), html);
    assertTrue(html.contains("<td>weight_decay</td><td>-</td><td>0.1</td>"), html);
    assertTrue(
        html.contains(
            "<td>plain  eval_loss, last</td><td class=\"n\">2.0000</td><td class=\"n\">3.0000</td>"
                + "<td class=\"n\">+1.0000</td>"),
        html);
    assertTrue(html.contains("monday <b>2.5000</b>"), html);
    assertTrue(html.contains("tuesday <b>1.0000</b>"), html);
  }

  @Test
  void aProgramGetsTheSame() throws Exception {
    JsonNode json = new JsonMapper().readTree(comparison().json());
    assertEquals("[\"monday\",\"tuesday\"]", json.at("/runs/run_id").toString());
    assertEquals("[null,null]", json.at("/runs/message").toString());
    assertEquals("[3,4]", json.at("/runs/steps").toString());
    assertEquals(
        "{\"learning_rate\":[\"1e-3\",\"2e-4\"],\"weight_decay\":[null,\"0.1\"]}",
        json.get("config").toString());
    assertEquals(
        "{\"first\":[3.0,4.0],\"last\":[2.5,1.0],\"tail_mean\":[2.5,1.0],\"best\":[2.0,1.0],\"best_step\":[2,4]}",
        json.at("/metrics/loss").toString());
    assertEquals("[null,null]", json.at("/metrics/grad_norm/best").toString());
    assertEquals(
        "{\"step\":[null,3],\"tokens\":[null,30.0]}", json.get("reached_loss_of_other").toString());
    assertEquals("[600,580]", json.at("/evals/plain/eval_loss/n").toString());
    assertEquals("[null,0.5]", json.at("/evals/qa/exact_match/last").toString());
    assertEquals("other", json.at("/data/same").asText());
    assertEquals("{\"sequence_len\":[\"128\",\"256\"]}", json.at("/data/config").toString());
  }

  @Test
  void theSamePreparationMayHaveGrown() {
    for (int seconds : new int[] {-1, 1}) {
      Instant updated = Stories.START.plusSeconds(seconds);
      Optional<PrepRow> prep = Optional.of(Stories.prep("p", "{}", updated));
      SameData same =
          Comparison.of(story("a", "", prep, List.of()), story("b", "", prep, List.of())).data();
      assertEquals(seconds < 0 ? SameData.SAME : SameData.GREW, same);
    }
  }

  @Test
  void runsOfWhichLittleIsKnown() {
    RunStory nothing = story("a", "", Optional.empty(), List.of());
    String text = String.join("\n", Comparison.of(nothing, nothing).lines());
    assertTrue(text.contains("\nconfiguration: the same 3 keys\n"), text);
    assertTrue(text.endsWith("data: one of them names no preparation"), text);
  }
}
