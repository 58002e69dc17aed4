package dev.hone.training.collective;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
@Timeout(30)
class RendezvousTest {
  private static final RingOptions OPTIONS = RingOptions.of(Duration.ofSeconds(20));
  private static final RingOptions SHORT = RingOptions.of(Duration.ofSeconds(1));
  private static final RingOptions FOUR_SECONDS = RingOptions.of(Duration.ofSeconds(4));
  private static final int GREETING = Long.BYTES + Meeting.NONCE_BYTES;
  private static final int HELLO = 2 * Integer.BYTES + Meeting.NONCE_BYTES + Meeting.PROOF_BYTES;

  private final List<AutoCloseable> open = new ArrayList<>();
  private Endpoint zero;
  private Endpoint one;

  @BeforeEach
  void listen() {
    zero = closing(Endpoint.open("127.0.0.1"));
    one = closing(Endpoint.open("127.0.0.1"));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  @Test
  void bytesWithoutMeaningAreRefused() throws IOException {
    Socket stranger = stranger();
    CompletableFuture<Collective> ranked = rank(one, 1);
    stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".repeat(10).getBytes(UTF_8));
    assertRefused(stranger, GREETING);
    assertRingForms(ranked);
  }

  @Test
  void silentStrangersHoldNobodyUp() throws IOException {
    for (int i = 0; i < 100; i++) {
      stranger().getOutputStream().write(1);
    }
    assertRingForms(rank(one, 1));
  }

  @Test
  void whoSaysNothingForTooLongIsSentAway() throws IOException {
    Socket stranger = stranger();
    CompletableFuture<Collective> ranked = rank(one, 1, secret(1), FOUR_SECONDS);
    long start = System.nanoTime();
    assertRefused(stranger, GREETING);
    assertTrue(System.nanoTime() - start < 3e9);
    assertRingForms(ranked, FOUR_SECONDS);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void anotherAttemptIsRefused(int attempt) {
    CompletableFuture<Collective> ranked = rank(one, 1);
    LostRankException e =
        failure(rank(closing(Endpoint.open("127.0.0.1")), 0, secret(attempt), SHORT));
    assertTrue(e.getMessage().contains("which it called, closed the connection"), e.getMessage());
    assertRingForms(ranked);
  }

  @Test
  void anotherSecretIsRefused() {
    CompletableFuture<Collective> ranked = rank(one, 1);
    RunSecret other = new RunSecret(RunSecret.random(), "run", 1);
    failure(rank(closing(Endpoint.open("127.0.0.1")), 0, other, SHORT));
    assertRingForms(ranked);
  }

  @Test
  void anotherRankIsRefused() {
    Endpoint impostor = closing(Endpoint.open("127.0.0.1"));
    List<String> three = List.of(zero.address(), one.address(), impostor.address());
    CompletableFuture<Collective> ranked = rank(one, 1);
    // Rank 2 of 3 would call rank 0; here it calls rank 1.
    failure(
        CompletableFuture.supplyAsync(
            () ->
                impostor.connect(
                    List.of(one.address(), three.get(1), three.get(2)), 2, secret(1), SHORT)));
    assertRingForms(ranked);
  }

  @Test
  void whoeverDoesNotProveThatItIsTheNextRankGetsNothing() throws IOException {
    try (ServerSocket impostor = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
      List<String> addresses =
          List.of(Sockets.text("127.0.0.1", impostor.getLocalPort()), one.address());
      CompletableFuture<Collective> ranked =
          CompletableFuture.supplyAsync(() -> one.connect(addresses, 1, secret(1), SHORT));
      Socket call = closing(impostor.accept());
      call.setSoTimeout(10_000);
      call.getOutputStream().write(greeting());
      assertEquals(HELLO, call.getInputStream().readNBytes(HELLO).length);
      call.getOutputStream().write(new byte[Meeting.PROOF_BYTES]);
      assertEquals(-1, call.getInputStream().read());
      LostRankException e = failure(ranked);
      assertTrue(e.getMessage().contains("rank 0 (" + addresses.get(0)), e.getMessage());
    }
  }

  @Test
  void whatWasProvenOnceProvesNothingLater() throws Exception {
    byte[] hello;
    try (Meddler meddler = new Meddler(one.address())) {
      CompletableFuture<Collective> ranked = rank(one, 1);
      CompletableFuture<Collective> caller =
          CompletableFuture.supplyAsync(
              () ->
                  zero.connect(List.of(zero.address(), meddler.address()), 0, secret(1), OPTIONS));
      closing(ranked.join());
      closing(caller.join());
      hello = meddler.said();
    }
    assertEquals(HELLO, hello.length);
    listen();
    CompletableFuture<Collective> ranked = rank(one, 1);
    Socket replayer = stranger();
    replayer.getOutputStream().write(hello);
    assertRefused(replayer, GREETING);
    assertRingForms(ranked);
  }

  @Test
  void aRanksOwnProofReflectedProvesNothing() throws IOException {
    try (ServerSocket mirror = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
      List<String> addresses =
          List.of(Sockets.text("127.0.0.1", mirror.getLocalPort()), one.address());
      CompletableFuture<Collective> ranked =
          CompletableFuture.supplyAsync(() -> one.connect(addresses, 1, secret(1), OPTIONS));
      Socket calledByOne = closing(mirror.accept());
      Socket callsOne = stranger();
      byte[] greeting = callsOne.getInputStream().readNBytes(GREETING);
      calledByOne.getOutputStream().write(greeting);
      callsOne.getOutputStream().write(calledByOne.getInputStream().readNBytes(HELLO));
      assertRefused(callsOne, 0);
      one.close();
      assertThrows(CompletionException.class, ranked::join);
    }
  }

  @Test
  void ranksThatWouldTalkInAnotherWayDoNotMeet() {
    CompletableFuture<Collective> ranked = rank(one, 1, secret(1), SHORT.withPayload(Payload.BF16));
    failure(rank(zero, 0, secret(1), SHORT));
    failure(ranked);
  }

  @Test
  void whoIsMissingIsNamed() {
    Endpoint gone = closing(Endpoint.open("127.0.0.1"));
    gone.close();
    List<String> addresses = List.of(zero.address(), gone.address(), one.address());
    LostRankException e =
        assertThrows(LostRankException.class, () -> zero.connect(addresses, 0, secret(1), SHORT));
    assertTrue(
        e.getMessage()
            .matches(
                "rank 0 did not meet its neighbours within 1 s: rank 2 \\("
                    + one.address()
                    + "\\) did not connect; rank 1 \\("
                    + gone.address()
                    + "\\), which it called, Connection refused\\. See the logs .*"),
        e.getMessage());
  }

  @Test
  void anInterruptEndsTheWait() throws InterruptedException {
    CompletableFuture<String> error = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                one.connect(List.of(zero.address(), one.address()), 1, secret(1), OPTIONS);
              } catch (HoneException e) {
                error.complete(e.getMessage() + Thread.currentThread().isInterrupted());
              }
            });
    thread.start();
    thread.interrupt();
    assertEquals("rank 1 was interrupted while it waited for the otherstrue", error.join());
    thread.join();
  }

  @Test
  void nobodyListensWhereThereIsNoAddress() {
    HoneException e =
        assertThrows(HoneException.class, () -> Endpoint.open("no-such-host.invalid"));
    assertTrue(e.getMessage().startsWith("a rank cannot listen on no-such-host.invalid: "));
  }

  private static byte[] greeting() {
    return ByteBuffer.allocate(GREETING).putLong(Meeting.GREETING).array();
  }

  private static RunSecret secret(int attempt) {
    return new RunSecret("sixteen bytes or more".getBytes(UTF_8), "run", attempt);
  }

  private <T extends AutoCloseable> T closing(T closeable) {
    open.add(closeable);
    return closeable;
  }

  private Socket stranger() throws IOException {
    return closing(Meddler.connect(one.address()));
  }

  private CompletableFuture<Collective> rank(Endpoint endpoint, int rank) {
    return rank(endpoint, rank, secret(1), OPTIONS);
  }

  private CompletableFuture<Collective> rank(
      Endpoint endpoint, int rank, RunSecret secret, RingOptions options) {
    List<String> addresses = List.of(zero.address(), one.address());
    CompletableFuture<Collective> connected = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                connected.complete(endpoint.connect(addresses, rank, secret, options));
              } catch (RuntimeException e) {
                connected.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return connected;
  }

  private static LostRankException failure(CompletableFuture<Collective> connecting) {
    CompletionException e = assertThrows(CompletionException.class, connecting::join);
    return (LostRankException) e.getCause();
  }

  /** The other end hears no more than a greeting. */
  private static void assertRefused(Socket socket, int greeting) throws IOException {
    assertEquals(greeting, socket.getInputStream().readNBytes(greeting).length);
    try {
      assertEquals(-1, socket.getInputStream().read());
    } catch (SocketException e) {
      // Closed with something of ours unread.
      assertTrue(e.getMessage().contains("reset"), e.getMessage());
    }
  }

  private void assertRingForms(CompletableFuture<Collective> rankOne) {
    assertRingForms(rankOne, OPTIONS);
  }

  private void assertRingForms(CompletableFuture<Collective> rankOne, RingOptions options) {
    CompletableFuture<Collective> rankZero = rank(zero, 0, secret(1), options);
    List<Collective> ring = List.of(closing(rankZero.join()), closing(rankOne.join()));
    List<float[]> sums =
        Rings.each(
            ring,
            rank -> {
              float[] data = {rank.rank() + 1, 10};
              rank.allReduce(FloatBuffer.wrap(data));
              return data;
            });
    assertArrayEquals(new float[] {3, 20}, sums.get(0), 0);
    assertArrayEquals(new float[] {3, 20}, sums.get(1), 0);
  }
}
