package dev.hone.training.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
@Timeout(30)
class RingTroubleTest {
  private static final RingOptions PATIENT = RingOptions.of(Duration.ofMinutes(10));
  private static final RingOptions SHORT = RingOptions.of(Duration.ofMillis(600));
  // More than connections hold that nobody reads from.
  private static final int MUCH = 12 << 20;

  private List<Collective> ranks = List.of();

  @AfterEach
  void close() {
    ranks.forEach(Collective::close);
  }

  @Test
  void aRankThatSendsNothingIsNamed() {
    ranks = Rings.open(3, SHORT);
    LostRankException e =
        assertThrows(
            LostRankException.class, () -> ranks.get(0).allReduce(FloatBuffer.allocate(30)));
    assertEquals(2, e.lost());
    assertSays(
        e, "^rank 2 \\(127.0.0.1:\\d+\\) has sent nothing for 600 ms while rank 0 waits for");
    assertSays(e, "in reduce-scatter of 30 numbers \\(call 0\\): .* distributed.timeout$");
  }

  @Test
  void aRankThatReadsNothingIsNamed() {
    ranks = Rings.open(3, SHORT);
    LostRankException e =
        assertThrows(
            LostRankException.class, () -> ranks.get(0).broadcast(FloatBuffer.allocate(MUCH), 0));
    assertEquals(1, e.lost());
    assertSays(
        e, "^rank 1 \\(127.0.0.1:\\d+\\) has taken nothing for 600 ms while rank 0 sends to");
    assertSays(e, "in broadcast of " + MUCH + " numbers \\(call 0\\)");
  }

  @Test
  void aRankThatClosesIsNoticedAtOnceByTheOneThatWaits() {
    ranks = Rings.open(3, PATIENT);
    CompletableFuture<Void> waiting = later(() -> ranks.get(0).gather(new byte[] {1}));
    ranks.get(2).close();
    LostRankException e = assertInstanceOf(LostRankException.class, failure(waiting));
    assertSays(e, "^rank 2 .* closed its connection to rank 0, which is in gather of 12 bytes");
  }

  @Test
  void aRankThatClosesIsNoticedAtOnceByTheOneThatSends() throws InterruptedException {
    ranks = Rings.open(3, PATIENT);
    CompletableFuture<Void> sending =
        later(() -> ranks.get(0).broadcast(FloatBuffer.allocate(MUCH), 0));
    TimeUnit.MILLISECONDS.sleep(300);
    ranks.get(1).close();
    LostRankException e = assertInstanceOf(LostRankException.class, failure(sending));
    assertSays(e, "^rank 1 .* closed its connection to rank 0, which is in broadcast");
  }

  @Test
  void aRankThatIsThroughMayClose() {
    for (int turn = 0; turn < 20; turn++) {
      ranks = Rings.open(3, PATIENT);
      Rings.each(
          ranks,
          rank -> {
            rank.allReduce(FloatBuffer.allocate(100_000));
            rank.close();
            return null;
          });
    }
  }

  @Test
  void anErrorClosesTheRingForAll() {
    ranks = Rings.open(4, SHORT);
    CompletableFuture<Void> far = later(() -> ranks.get(1).broadcast(FloatBuffer.allocate(9), 2));
    CompletableFuture<Void> near = later(() -> ranks.get(0).broadcast(FloatBuffer.allocate(9), 2));
    failure(near);
    failure(far);
    HoneException again = assertThrows(HoneException.class, () -> ranks.get(0).gather(new byte[1]));
    assertSays(again, "rank 0 stopped in gather of 16 bytes .* closed on its own side");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void closingEndsACallOfAnotherThread(boolean sending) throws InterruptedException {
    ranks = Rings.open(2, PATIENT);
    CompletableFuture<Void> call =
        later(() -> ranks.get(0).broadcast(FloatBuffer.allocate(MUCH), sending ? 0 : 1));
    TimeUnit.MILLISECONDS.sleep(200);
    ranks.get(0).close();
    assertSays(failure(call), "rank 0 stopped in broadcast .* on its own side");
    ranks.get(0).close();
  }

  @Test
  void anInterruptEndsACall() throws Exception {
    ranks = Rings.open(2, PATIENT);
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    CompletableFuture<Void> call = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                ranks.get(0).gather(new byte[1]);
              } catch (HoneException e) {
                flag.complete(Thread.currentThread().isInterrupted());
                call.completeExceptionally(e);
              }
            });
    thread.start();
    TimeUnit.MILLISECONDS.sleep(200);
    thread.interrupt();
    assertSays(failure(call), "rank 0 was interrupted while it was in gather");
    assertTrue(flag.get());
    assertThrows(LostRankException.class, () -> ranks.get(1).gather(new byte[1]));
  }

  @Test
  void ranksOutOfStepAreToldWhatEachDoes() {
    ranks = Rings.open(2, PATIENT);
    int[] cuts = {0, 5, 10};
    CompletableFuture<Void> scatter =
        later(() -> ranks.get(0).reduceScatter(FloatBuffer.allocate(10), cuts));
    CompletableFuture<Void> gather =
        later(() -> ranks.get(1).allGather(FloatBuffer.allocate(10), cuts));
    assertSays(
        failure(scatter),
        "^rank 0 does reduce-scatter of 10 numbers \\(call 0\\) and cannot use what rank 1 .*"
            + " sends: that rank does all-gather of 10 numbers \\(call 0\\): all ranks have to");
    assertSays(failure(gather), "^rank 1 does all-gather .* that rank does reduce-scatter");
  }

  @Test
  void otherPartsAndOtherRootsAreOutOfStepToo() {
    for (int[] cuts : new int[][] {{0, 4, 10}, {0, 6, 10}}) {
      ranks = Rings.open(2, PATIENT);
      CompletableFuture<Void> first =
          later(() -> ranks.get(0).allGather(FloatBuffer.allocate(10), new int[] {0, 5, 10}));
      CompletableFuture<Void> second =
          later(() -> ranks.get(1).allGather(FloatBuffer.allocate(10), cuts));
      assertSays(failure(first), "that rank does all-gather .* with another root or other parts");
      failure(second);
      close();
    }
    ranks = Rings.open(3, PATIENT);
    later(() -> ranks.get(0).broadcast(FloatBuffer.allocate(10), 0));
    CompletableFuture<Void> second =
        later(() -> ranks.get(1).broadcast(FloatBuffer.allocate(10), 2));
    assertSays(failure(second), "(with another root or other parts|rank 0 .* closed)");
  }

  @Test
  void aRankThatIsACallAheadIsOutOfStep() {
    ranks = Rings.open(2, PATIENT);
    ranks.get(0).broadcast(FloatBuffer.allocate(0), 0);
    CompletableFuture<Void> ahead = later(() -> ranks.get(0).gather(new byte[1]));
    CompletableFuture<Void> behind = later(() -> ranks.get(1).gather(new byte[1]));
    assertSays(
        failure(ahead), "does gather .*\\(call 1\\) .* that rank does gather .*\\(call 0\\)");
    failure(behind);
  }

  private static CompletableFuture<Void> later(Runnable call) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                call.run();
                done.complete(null);
              } catch (RuntimeException e) {
                done.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return done;
  }

  private static HoneException failure(CompletableFuture<Void> call) {
    CompletionException e = assertThrows(CompletionException.class, call::join);
    return assertInstanceOf(HoneException.class, e.getCause());
  }

  private static void assertSays(HoneException e, String pattern) {
    assertTrue(Pattern.compile(pattern).matcher(e.getMessage()).find(), e.getMessage());
  }
}
