package dev.hone.jobs.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.RankRow;
import dev.hone.training.distributed.RankMachine;
import dev.hone.training.distributed.Straggler;
import dev.hone.training.kernels.cpu.InstructionSet;
import dev.hone.training.trainer.StepMetrics;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

@Tag("unit")
class RunsHtmlTest {
  private static final String NASTY = "<b onclick='x'>&\"";
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  /** A run of which everything was told, with every text that others choose as bad as can be. */
  private static LiveRun told(String id) {
    LiveRun run = new LiveRun(id);
    RankMachine machine =
        new RankMachine(
            "host" + NASTY,
            "exec" + NASTY,
            "Acme 17",
            InstructionSet.AVX2,
            InstructionSet.AVX2,
            256,
            4);
    run.onRanks(List.of(machine, machine));
    run.onEvaluation(new EvalRow(id, 0, "set" + NASTY, "eval_loss", 2.5, 10, NOW));
    run.onEvaluation(new EvalRow(id, 0, "set" + NASTY, "perplexity", 12.18, 10, NOW));
    for (int step = 1; step <= 3; step++) {
      run.onRankSteps(
          List.of(
              new RankRow(id, step, 0, "h", "e", 0.5, 1.5, 2_000_000_000L, NOW),
              new RankRow(id, step, 1, "h", "e", 2, 0, 0, NOW)));
      run.onMetrics(metrics(step), 300, Duration.ofSeconds(90));
    }
    run.onStraggler(new Straggler(1, "h", "e", 2, 0.5, false));
    run.onWarning("warned" + NASTY);
    run.onCheckpoint(checkpoint(id, 1, "/out" + NASTY, true));
    run.onCheckpoint(checkpoint(id, 2, "/out/gone", false));
    run.onDeleted("/out/gone");
    return run;
  }

  private static StepMetrics metrics(int step) {
    return new StepMetrics(
        step, step / 100.0, 3.0 / step, 0.5, 2e-5, 1000L * step, Map.of(), 1234.5, 2);
  }

  private static CheckpointRow checkpoint(String id, long step, String path, boolean best) {
    return new CheckpointRow(
        id, step, path, "hf", 5_000_000, "h", best, NOW, Optional.empty(), Optional.empty());
  }

  private static String page(LiveRuns runs, String name) {
    return RunsHtml.page(runs.now(), name, Instant.now());
  }

  private static Document parsed(String html) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader("<html>" + html + "</html>")));
  }

  private static List<String> texts(Document page, String tag) {
    List<String> texts = new ArrayList<>();
    NodeList nodes = page.getElementsByTagName(tag);
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }

  @Test
  void everythingIsShownAndNothingIsTakenForHtml() throws Exception {
    LiveRuns runs = new LiveRuns();
    runs.add(told("run" + NASTY));
    Document page = parsed(page(runs, null));
    String heading = texts(page, "h4").get(0);
    assertTrue(heading.startsWith("run" + NASTY + " running"), heading);
    List<String> tiles = texts(page, "b");
    assertTrue(
        tiles.containsAll(List.of("3 of 300", "1.0000", "2.00e-05", "1,235", "1m 30s")),
        tiles::toString);
    assertFalse(tiles.contains("x"), "no element of theirs");
    List<String> cells = texts(page, "td");
    assertTrue(
        cells.containsAll(
            List.of(
                "0",
                "1 slow",
                "host" + NASTY,
                "exec" + NASTY,
                "500 ms",
                " 75 %",
                "2.0 GB",
                "?",
                "AVX2",
                "/out" + NASTY + " best",
                "5.0 MB",
                "set" + NASTY,
                "2.5000",
                "12.18")),
        cells::toString);
    assertFalse(cells.contains("/out/gone"), cells::toString);
    assertTrue(texts(page, "div").contains("warned" + NASTY));
  }

  /** 3, 1.5 and 1 between 0 and 4, and the held-out loss of 2.5 at step 0. */
  @Test
  void curvesGoThroughTheirPoints() throws Exception {
    LiveRuns runs = new LiveRuns();
    runs.add(told("run"));
    NodeList paths = parsed(page(runs, null)).getElementsByTagName("path");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < paths.getLength(); i++) {
      if (!((Element) paths.item(i)).getAttribute("class").equals("grid")) {
        lines.add(((Element) paths.item(i)).getAttribute("d"));
      }
    }
    assertEquals("M333.3 0.00L666.7 75.00L1000.0 100.00", lines.get(0));
    assertEquals("M0.0 25.00", lines.get(1));
    assertEquals("M0.0 25.00h0.01", lines.get(2));
  }

  @Test
  void anyOfTheRunsCanBeChosen() throws Exception {
    LiveRuns runs = new LiveRuns();
    assertTrue(page(runs, null).contains("No run was started"));
    LiveRun first = told("first");
    runs.add(first);
    runs.add(new LiveRun("second & last"));
    first.failed("no space <left>");
    assertEquals("second & last", texts(parsed(page(runs, null)), "a").get(0));
    assertTrue(page(runs, "no such").contains("<h4 class=\"run\">second &amp; last "));
    Document page = parsed(page(runs, "first"));
    assertTrue(texts(page, "h4").get(0).startsWith("first failed"), page::toString);
    assertTrue(texts(page, "div").contains("no space <left>"));
    assertFalse(texts(page, "span").contains("ETA"), "it is over");
  }

  @Test
  void theOldestRunsAreForgotten() {
    LiveRuns runs = new LiveRuns();
    for (int i = 0; i < 30; i++) {
      runs.add(new LiveRun("run-" + i % 25));
    }
    List<String> names = runs.now().stream().map(RunState::runId).toList();
    assertEquals(20, names.size());
    assertEquals(List.of("run-4", "run-3"), names.subList(0, 2));
    assertEquals(20, names.stream().distinct().count());
  }
}
