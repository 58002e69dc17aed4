package dev.hone.jobs.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.EvalRow;
import dev.hone.jobs.Hone;
import dev.hone.jobs.HoneObserver;
import dev.hone.training.trainer.StepMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("unit")
@Timeout(60)
class LiveViewTest {
  private static final Hone.Outcome OUTCOME = new Hone.Outcome("r", null, Optional.empty());

  private static void step(HoneObserver observer, int step) {
    observer.onMetrics(
        new StepMetrics(step, 0.1 * step, 3.0 / step, 1, 1e-3, 50L * step, Map.of(), 200, 0.5),
        4,
        Duration.ofSeconds(9));
  }

  /** What the run does is seen while it waits for the picture that shows it. */
  @Test
  void theRunIsDrawnWhileItGoesOn() {
    CountDownLatch seen = new CountDownLatch(1);
    List<String> pictures = new ArrayList<>();
    LiveView view =
        LiveView.start(
            "<run>",
            observer -> {
              observer.onStarted(0);
              observer.onEvaluation(new EvalRow("r", 0, "val", "eval_loss", 2.5, 1, Instant.EPOCH));
              step(observer, 1);
              step(observer, 2);
              await(seen);
              return OUTCOME;
            });
    Hone.Outcome outcome =
        view.follow(
            html -> {
              pictures.add(html);
              if (html.contains("2 <small>of 4</small>")) {
                seen.countDown();
              }
            });
    assertSame(OUTCOME, outcome);
    String during =
        pictures.stream().filter(html -> html.contains("2 <small>of 4</small>")).findFirst().get();
    assertTrue(during.contains("&lt;run&gt; <span class=\"badge running\">running</span>"), during);
    assertTrue(during.contains("<small>trains</small>"), during);
    assertTrue(during.contains("<i class=\"running\" style=\"width:50.0%\">"), during);
    assertTrue(during.contains("<span>eval_loss val</span><b>2.5000</b>"), during);
    assertTrue(during.contains("<span>ETA</span><b>9s</b>"), during);
    String last = pictures.get(pictures.size() - 1);
    assertTrue(last.contains("<span class=\"badge finished\">finished</span>"), last);
    assertTrue(last.contains("finished before"), "the outcome has no result: " + last);
    assertFalse(last.contains("ETA"), last);
  }

  @Test
  void whatEndsTheRunEndsTheCell() {
    HoneException mine = new HoneException("no space <left>");
    LiveView view =
        LiveView.start(
            "r",
            observer -> {
              throw mine;
            });
    assertSame(mine, assertThrows(HoneException.class, view::outcome));
    assertTrue(view.isDone());
    assertTrue(view.html().contains("<div class=\"alert\">no space &lt;left&gt;</div>"));
  }

  /** Interrupting a cell must not leave a training behind that nobody sees. */
  @Test
  void anInterruptedCellStopsTheRun() {
    CountDownLatch asked = new CountDownLatch(1);
    LiveView view =
        LiveView.start(
            "r",
            observer -> {
              while (!observer.isStopAsked()) {
                Thread.onSpinWait();
              }
              asked.countDown();
              return OUTCOME;
            });
    Thread.currentThread().interrupt();
    assertSame(OUTCOME, view.follow(html -> {}));
    assertTrue(Thread.interrupted(), "who waits above is told too");
    assertEquals(0, asked.getCount());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
