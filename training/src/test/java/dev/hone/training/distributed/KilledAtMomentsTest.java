package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.training.distributed.DisturbedRuns.Resumptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rank whose JVM ends in the middle of what it does. */
@Tag("cluster")
@Tag("slow")
class KilledAtMomentsTest {
  private static final int STEPS = 40;

  @TempDir private static Path home;
  private static DisturbedRuns runs;

  @BeforeAll
  static void cluster() throws IOException {
    runs = new DisturbedRuns(home, 2, Map.of());
  }

  @AfterAll
  static void stop() {
    runs.close();
  }

  /** What a rank is doing, by a method that is then on the stack of one of its threads. */
  private enum Moment {
    FORWARD("dev.hone.training.layers.DecoderLayer", "activate"),
    BACKWARD("dev.hone.training.layers.DecoderLayer", "backpropGradient"),
    COLLECTIVE("dev.hone.training.collective.Ring", "run"),
    OPTIMIZER("dev.hone.training.optimizer.AdamW", "step"),
    CHECKPOINT("dev.hone.training.checkpoint.OutputDirectory", "write");

    private final String type;
    private final String method;

    Moment(String type, String method) {
      this.type = type;
      this.method = method;
    }

    boolean isNow() {
      return Thread.getAllStackTraces().values().stream()
          .flatMap(Arrays::stream)
          .anyMatch(
              frame -> frame.getClassName().equals(type) && frame.getMethodName().equals(method));
    }
  }

  @Test
  void aRunThatIsKilledAtEveryMomentIsTheUndisturbedOne() {
    runs.train("calm", STEPS, List.of(), new RunObserver() {});
    Resumptions observer = new Resumptions();
    Path folder = home.resolve("killed");
    List<String> moments = Arrays.stream(Moment.values()).map(Moment::name).toList();
    runs.train("killed-often", STEPS, List.of(new KilledIn(folder.toString(), moments)), observer);
    for (String moment : moments) {
      assertTrue(Files.exists(folder.resolve(moment)), "never seen in " + moment);
    }
    assertEquals(moments.size(), observer.steps().size(), observer.steps()::toString);
    runs.assertSame("calm", "killed-often", STEPS);
  }

  /**
   * Ends its JVM at each of some moments, one after the other, each once.
   *
   * @param folder where it notes what it has done
   */
  private record KilledIn(String folder, List<String> moments) implements ModelProbe {
    @Override
    public boolean everyEvalSteps() {
      return true;
    }

    /** One watcher in a JVM, from its second step on. */
    @Override
    public void measure(Subject subject, long step) {
      for (String moment : moments) {
        Path mark = Path.of(folder, moment);
        if (!Files.exists(mark)) {
          if (step > 1 && Files.notExists(Path.of(folder, moment + "-" + pid()))) {
            watch(Moment.valueOf(moment), mark);
          }
          return;
        }
      }
    }

    private static long pid() {
      return ProcessHandle.current().pid();
    }

    private void watch(Moment moment, Path mark) {
      try {
        Files.createDirectories(mark.getParent());
        Files.createFile(Path.of(folder, moment + "-" + pid()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Thread watcher =
          new Thread(
              () -> {
                while (!moment.isNow()) {
                  Thread.onSpinWait();
                }
                end(mark);
              });
      watcher.setDaemon(true);
      watcher.start();
    }

    private static void end(Path mark) {
      try {
        Files.createFile(mark);
        Runtime.getRuntime().halt(137);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
