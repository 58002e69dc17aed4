package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.distributed.DisturbedRuns.Resumptions;
import dev.hone.training.trainer.StepMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two ranks in JVMs of their own, which are killed while they train. */
@Tag("cluster")
class LostExecutorsTest {
  private static final int STEPS = 6;

  @TempDir private static Path home;
  private static DisturbedRuns runs;

  @BeforeAll
  static void cluster() throws IOException {
    runs = new DisturbedRuns(home, 2, Map.of("spark.stage.maxConsecutiveAttempts", "2"));
  }

  @AfterAll
  static void stop() {
    runs.close();
  }

  /**
   * Killed before the checkpoint of a step. Spark repeats a stage only once here: another job takes
   * up where the one before gave up.
   */
  @Test
  void aRunThatLosesExecutorsIsTheUndisturbedOneBitByBit() {
    Resumptions observer = new Resumptions();
    runs.train("quiet", STEPS, List.of(), observer);
    assertEquals(List.of(), observer.steps());
    runs.train("disturbed", STEPS, List.of(new Killing(home.toString(), 2)), observer);

    assertEquals(List.of(1L, 3L), observer.steps());
    runs.assertSame("quiet", "disturbed", STEPS);
  }

  /** So many as {@code -Dhone.kills} says, at any moment. */
  @Test
  @Tag("slow")
  void executorsMayDieAtAnyMoment() throws Exception {
    int kills = Integer.getInteger("hone.kills", 5);
    int steps = 200 * Math.max(1, kills / 30);
    runs.train("calm", steps, List.of(), new RunObserver() {});
    Killer killer = new Killer(kills, steps, new Random(17));
    Thread thread = new Thread(killer);
    thread.start();
    try {
      runs.train("storm", steps, List.of(), killer);
    } finally {
      thread.interrupt();
      thread.join();
    }
    assertEquals(kills, killer.killed(), "the run was over before");
    runs.assertSame("calm", "storm", steps);
  }

  /** Kills an executor at random, then waits until training goes on. */
  private static final class Killer implements RunObserver, Runnable {
    private final int kills;
    private final int mostSteps;
    private final Random random;
    private final Semaphore steps = new Semaphore(0);
    private volatile int killed;

    /** All kills fit the run if they come at its pace; two thirds of it are a margin. */
    Killer(int kills, int steps, Random random) {
      this.kills = kills;
      this.mostSteps = Math.max(1, 4 * steps / (3 * kills));
      this.random = random;
    }

    int killed() {
      return killed;
    }

    @Override
    public void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {
      steps.release();
    }

    @Override
    public void run() {
      try {
        while (killed < kills) {
          steps.acquire(1 + random.nextInt(mostSteps));
          Thread.sleep(random.nextInt(200));
          List<ProcessHandle> executors =
              ProcessHandle.current()
                  .descendants()
                  .filter(
                      process ->
                          process.info().commandLine().orElse("").contains(DisturbedRuns.BACKEND))
                  .toList();
          if (!executors.isEmpty()) {
            executors.get(random.nextInt(executors.size())).destroyForcibly();
            killed++;
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Kills its JVM after every so many steps, once.
   *
   * @param folder where it notes what it has done
   */
  private record Killing(String folder, int every) implements ModelProbe {
    @Override
    public boolean everyEvalSteps() {
      return true;
    }

    @Override
    public void measure(Subject subject, long step) {
      if (step % every != 0 || step == 0 || step == STEPS) {
        return;
      }
      try {
        Files.createFile(Path.of(folder, "killed-" + step));
        Runtime.getRuntime().halt(137);
      } catch (FileAlreadyExistsException e) {
        return; // once is enough
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
