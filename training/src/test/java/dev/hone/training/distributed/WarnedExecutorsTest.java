package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.training.distributed.DisturbedRuns.Resumptions;
import dev.hone.training.trainer.StepMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An executor that gets a signal: it is to leave, or it stands still. */
@Tag("cluster")
@Tag("slow")
class WarnedExecutorsTest {
  private static final int STEPS = 12;
  private static final int NEVER = 1000;

  @TempDir private static Path home;
  private static DisturbedRuns runs;

  @BeforeAll
  static void cluster() throws IOException {
    // One to spare: an executor that stands still holds its slot.
    runs = new DisturbedRuns(home, 3, Map.of("spark.decommission.enabled", "true"));
    runs.train("unwarned", STEPS, NEVER, RankTeam.USUAL_TIMEOUT, List.of(), new RunObserver() {});
  }

  @AfterAll
  static void stop() {
    runs.close();
  }

  /**
   * No checkpoint is there but the one that the notice brings about. Spark takes SIGPWR for a
   * decommissioning.
   */
  @ParameterizedTest
  @ValueSource(strings = {"TERM", "PWR"})
  void anExecutorThatIsToLeaveLosesNothing(String signal) {
    Signalling observer = new Signalling(signal);
    String run = "warned-" + signal;
    List<ModelProbe> slow = List.of(new Slow(home.toString()));
    runs.train(run, STEPS, NEVER, RankTeam.USUAL_TIMEOUT, slow, observer);
    assertEquals(1, observer.steps().size(), observer.steps()::toString);
    assertTrue(observer.steps().get(0) >= 3, observer.steps()::toString);
    runs.assertSame("unwarned", run, STEPS);
  }

  /** Its sockets stay open and say nothing. */
  @Test
  void anExecutorThatStandsStillIsNotWaitedForLongerThanTheTimeout() {
    Signalling observer = new Signalling("STOP");
    try {
      List<ModelProbe> slow = List.of(new Slow(home.toString()));
      runs.train("still", STEPS, 1, Duration.ofSeconds(10), slow, observer);
    } finally {
      observer.end();
    }
    assertEquals(1, observer.steps().size(), observer.steps()::toString);
    runs.assertSame("unwarned", "still", STEPS);
  }

  /** Signals the first rank's executor as soon as the third step is known, once. */
  private static final class Signalling extends Resumptions {
    private final String signal;
    private OptionalLong process = OptionalLong.empty();

    Signalling(String signal) {
      this.signal = signal;
    }

    @Override
    public void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {
      if (metrics.step() != 3 || process.isPresent()) {
        return;
      }
      try {
        String found = Files.readString(home.resolve(Slow.PROCESS)).strip();
        process = OptionalLong.of(Long.parseLong(found));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      send(signal);
    }

    /** Spark may have done it. */
    void end() {
      ProcessHandle.of(process.orElseThrow()).ifPresent(ProcessHandle::destroyForcibly);
    }

    private void send(String name) {
      try {
        String target = Long.toString(process.orElseThrow());
        assertEquals(0, new ProcessBuilder("kill", "-" + name, target).start().waitFor());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * A rank that takes its time, and says in which process it is.
   *
   * @param folder where it says so
   */
  private record Slow(String folder) implements ModelProbe {
    static final String PROCESS = "process";

    @Override
    public boolean everyEvalSteps() {
      return true;
    }

    @Override
    public void measure(Subject subject, long step) {
      try {
        Files.writeString(Path.of(folder, PROCESS), Long.toString(ProcessHandle.current().pid()));
        Thread.sleep(500);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
