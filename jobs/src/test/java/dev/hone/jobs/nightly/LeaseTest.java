package dev.hone.jobs.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class LeaseTest {
  private static final Duration PATIENCE = Duration.ofMillis(600);

  @TempDir private Path folder;

  @Test
  void whoeverComesSecondLeaves() {
    try (Lease first = had("first")) {
      assertEquals(new Lease.Asked.Taken("first"), ask("second"));
      first.requireHeld();
    }
    had("third").close();
  }

  /** An owner that dies leaves its claim and no more beats. */
  @Test
  void ofTheDeadItIsTaken() throws IOException {
    Files.writeString(folder.resolve("7.claim"), "dead");
    Files.writeString(folder.resolve("7.beat"), "41");
    try (Lease next = had("next")) {
      assertTrue(Files.exists(folder.resolve("8.claim")));
      next.requireHeld();
    }
  }

  @Test
  void anOwnerThatStoodStillFindsOut() throws IOException {
    try (Lease still = had("still")) {
      Files.writeString(folder.resolve("2.claim"), "another");
      HoneException e = assertThrows(HoneException.class, still::requireHeld);
      assertEquals(
          "this one stood still for so long that another took over the model (another); it goes on there",
          e.getMessage());
    }
  }

  @Test
  void ofManyAtOnceOneHasIt() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Lease.Asked>> tasks =
          IntStream.range(0, 8).<Callable<Lease.Asked>>mapToObj(i -> () -> ask("p" + i)).toList();
      List<Lease> had = new ArrayList<>();
      for (Future<Lease.Asked> result : pool.invokeAll(tasks)) {
        if (result.get() instanceof Lease.Asked.Had it) {
          had.add(it.lease());
        }
      }
      had.forEach(Lease::close);
      assertEquals(1, had.size());
    } finally {
      pool.shutdownNow();
    }
  }

  private Lease had(String owner) {
    return assertInstanceOf(Lease.Asked.Had.class, ask(owner)).lease();
  }

  private Lease.Asked ask(String owner) {
    return Lease.ask(folder.toString(), new Configuration(), owner, PATIENCE);
  }
}
