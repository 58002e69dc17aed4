package dev.hone.training.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
@Timeout(30)
class SealTest {
  private static final Call CALL = new Call(3, Call.Kind.GATHER, 5, 0);
  private static final int HELLO = 2 * Integer.BYTES + Meeting.NONCE_BYTES + Meeting.PROOF_BYTES;

  private final byte[] key = new byte[32];
  private final byte[] plain = {1, 2, 3, 4, 5};
  private final ByteBuffer frame = ByteBuffer.allocate(100);

  @Test
  void whatIsSealedCanBeOpened() {
    seal(7);
    byte[] opened = new byte[5];
    assertTrue(new Seal(key, 5).open(frame, opened, 5, 7));
    assertArrayEquals(plain, opened);
    assertFalse(Arrays.equals(plain, Arrays.copyOfRange(frame.array(), 32, 37)));
  }

  @Test
  void everyBitCounts() {
    seal(7);
    for (int i = 0; i < (Head.BYTES + 5 + Seal.TAG_BYTES) * 8; i++) {
      frame.array()[i / 8] ^= (byte) (1 << i % 8);
      assertFalse(new Seal(key, 5).open(frame, new byte[5], 5, 7), "bit " + i);
      frame.array()[i / 8] ^= (byte) (1 << i % 8);
    }
  }

  @Test
  void aFrameCannotBeUsedForAnother() {
    seal(7);
    assertFalse(new Seal(key, 5).open(frame, new byte[5], 5, 8));
    key[31] = 1;
    assertFalse(new Seal(key, 5).open(frame, new byte[5], 5, 7));
  }

  @Test
  void keysDifferByMeeting() {
    RunSecret secret = Rings.secret();
    Roles roles = new Roles(2, 0, 1, "f32");
    byte[] nonce = new byte[Meeting.NONCE_BYTES];
    byte[] other = nonce.clone();
    other[0] = 1;
    byte[] of = secret.key(new Meeting(roles, nonce, nonce));
    assertEquals(32, of.length);
    assertFalse(Arrays.equals(of, secret.key(new Meeting(roles, other, nonce))));
    assertFalse(Arrays.equals(of, secret.key(new Meeting(roles, nonce, other))));
    assertFalse(
        Arrays.equals(of, secret.key(new Meeting(new Roles(2, 1, 0, "f32"), nonce, nonce))));
  }

  @ParameterizedTest
  @CsvSource({
    "0, true, what came is no frame of a ring",
    "0, false, what came is no frame of a ring",
    "13, true, that rank does reduce-scatter of",
    "31, false, came where frame 0 of 400 was due",
    "40, true, what came is not what was encrypted: it was changed on the way",
    "431, true, what came is not what was encrypted: it was changed on the way",
    "432, true, what came is not what was encrypted: it was changed on the way"
  })
  void aBitThatIsTurnedOverOnTheWayIsAnError(int at, boolean encrypted, String says)
      throws Exception {
    RingOptions options = RingOptions.of(Duration.ofSeconds(20)).withEncrypted(encrypted);
    try (Endpoint zero = Endpoint.open("127.0.0.1");
        Endpoint one = Endpoint.open("127.0.0.1");
        Meddler meddler = new Meddler(one.address())) {
      meddler.flip(HELLO + at);
      CompletableFuture<Void> caller =
          CompletableFuture.runAsync(
              () -> reduce(zero, List.of(zero.address(), meddler.address()), 0, options));
      CompletionException e =
          Assertions.assertThrows(
              CompletionException.class,
              CompletableFuture.runAsync(
                      () -> reduce(one, List.of(zero.address(), one.address()), 1, options))
                  ::join);
      String message = e.getCause().getMessage();
      assertTrue(
          message.startsWith("rank 1 does reduce-scatter of 200 numbers (call 0)")
              && message.contains("what rank 0 (" + zero.address() + ") sends: ")
              && message.contains(says),
          message);
      Assertions.assertThrows(CompletionException.class, caller::join);
    }
  }

  private static void reduce(
      Endpoint endpoint, List<String> addresses, int rank, RingOptions options) {
    try (Collective ring = endpoint.connect(addresses, rank, Rings.secret(), options)) {
      ring.allReduce(FloatBuffer.allocate(200));
    }
  }

  private void seal(long sequence) {
    Head.write(frame, CALL, sequence, 5);
    new Seal(key, 5).close(frame, plain, 5, sequence);
  }
}
