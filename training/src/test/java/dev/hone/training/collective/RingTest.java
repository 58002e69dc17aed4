package dev.hone.training.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.training.kernels.cpu.Bf16;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class RingTest {
  private static final RingOptions PLAIN = RingOptions.of(Duration.ofSeconds(20));
  // Many chunks to a part, and a last one that is shorter.
  private static final RingOptions SMALL_CHUNKS = PLAIN.withChunkBytes(64);

  @ParameterizedTest
  @CsvSource({
    "1, false",
    "2, false",
    "3, false",
    "4, false",
    "5, false",
    "1, true",
    "2, true",
    "3, true",
    "5, true"
  })
  void sumsAreThoseInDouble(int size, boolean encrypted) {
    Random random = new Random(size);
    int[] lengths = {0, 1, size, 97, 1000 + random.nextInt(5000), 20_000 * size + 1};
    Rings.run(
        size,
        SMALL_CHUNKS.withEncrypted(encrypted).withChunkBytes(4096),
        rank -> {
          for (int length : lengths) {
            FloatBuffer data = FloatBuffer.wrap(values(rank.rank(), length));
            rank.allReduce(data);
            assertSum(data.array(), size, 1e-6);
          }
          return null;
        });
  }

  @Test
  void theOrderOfASumIsFixed() {
    float[] values = {1e8f, 1, -1e8f};
    List<float[]> sums =
        Rings.run(
            3,
            PLAIN,
            rank -> {
              float[] data = new float[3];
              Arrays.fill(data, values[rank.rank()]);
              rank.allReduce(FloatBuffer.wrap(data));
              return data;
            });
    // (x1 + x2) + x0, (x2 + x0) + x1, (x0 + x1) + x2
    float[] expected = {(1 - 1e8f) + 1e8f, (-1e8f + 1e8f) + 1, (1e8f + 1) - 1e8f};
    for (float[] sum : sums) {
      assertArrayEquals(expected, sum, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"F32", "BF16"})
  void everyRankAndEveryRunHasTheSameBits(Payload payload) {
    List<int[]> first = bits(payload, false);
    for (int[] other : first) {
      assertArrayEquals(first.get(0), other);
    }
    assertArrayEquals(first.get(0), bits(payload, false).get(2));
    assertArrayEquals(first.get(0), bits(payload, true).get(1));
  }

  private static List<int[]> bits(Payload payload, boolean encrypted) {
    return Rings.run(
        4,
        SMALL_CHUNKS.withPayload(payload).withEncrypted(encrypted),
        rank -> {
          float[] data = values(rank.rank(), 1001);
          rank.allReduce(FloatBuffer.wrap(data));
          return IntStream.range(0, data.length)
              .map(i -> Float.floatToRawIntBits(data[i]))
              .toArray();
        });
  }

  @Test
  void bf16IsRoundedOnTheWayAndSummedInF32() {
    int[] cuts = {0, 40, 41, 100};
    List<float[]> scattered =
        Rings.run(
            3,
            SMALL_CHUNKS.withPayload(Payload.BF16),
            rank -> {
              float[] data = values(rank.rank(), 100);
              rank.reduceScatter(FloatBuffer.wrap(data), cuts);
              return Arrays.copyOfRange(data, cuts[rank.rank()], cuts[rank.rank() + 1]);
            });
    for (int part = 0; part < 3; part++) {
      float[] begun = values((part + 1) % 3, 100);
      float[] added = values((part + 2) % 3, 100);
      float[] own = values(part, 100);
      for (int i = cuts[part]; i < cuts[part + 1]; i++) {
        float sum = rounded(rounded(begun[i]) + added[i]) + own[i];
        assertEquals(sum, scattered.get(part)[i - cuts[part]], 0);
      }
    }
  }

  @Test
  void bf16IsGatheredWithTheSameBitsAtItsOwnRank() {
    int[] cuts = {0, 33, 33, 90};
    List<float[]> gathered =
        Rings.run(
            3,
            SMALL_CHUNKS.withPayload(Payload.BF16),
            rank -> {
              float[] data = values(rank.rank(), 90);
              rank.allGather(FloatBuffer.wrap(data), cuts);
              return data;
            });
    for (int part = 0; part < 3; part++) {
      float[] own = values(part, 90);
      for (float[] data : gathered) {
        for (int i = cuts[part]; i < cuts[part + 1]; i++) {
          assertEquals(rounded(own[i]), data[i], 0);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void partsMayBeUnevenAndEmpty(int size) {
    Rings.run(
        size,
        SMALL_CHUNKS,
        rank -> {
          for (int turn = 0; turn < 20; turn++) {
            int[] cuts = randomCuts(new Random(31L * size + turn), size);
            int length = cuts[size];
            float[] data = values(rank.rank(), length);
            rank.reduceScatter(FloatBuffer.wrap(data), cuts);
            float[] part = Arrays.copyOfRange(data, cuts[rank.rank()], cuts[rank.rank() + 1]);
            Arrays.fill(data, Float.NaN);
            System.arraycopy(part, 0, data, cuts[rank.rank()], part.length);
            rank.allGather(FloatBuffer.wrap(data), cuts);
            assertSum(data, size, 1e-6);
          }
          return null;
        });
  }

  @ParameterizedTest
  @CsvSource({"2, F32", "3, F32", "4, BF16"})
  void everyRankCanBroadcast(int size, Payload payload) {
    Rings.run(
        size,
        SMALL_CHUNKS.withPayload(payload),
        rank -> {
          for (int root = 0; root < size; root++) {
            float[] data = values(rank.rank(), 333);
            rank.broadcast(FloatBuffer.wrap(data), root);
            assertArrayEquals(values(root, 333), data, 0);
          }
          return null;
        });
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "4, false", "3, true"})
  void bytesOfAnyLengthAreGathered(int size, boolean encrypted) {
    Rings.run(
        size,
        SMALL_CHUNKS.withEncrypted(encrypted),
        rank -> {
          byte[][] all = rank.gather(new byte[0]);
          assertEquals(size, all.length);
          byte[] mine = new byte[rank.rank() * 100];
          Arrays.fill(mine, (byte) rank.rank());
          all = rank.gather(mine);
          for (int i = 0; i < size; i++) {
            byte[] expected = new byte[i * 100];
            Arrays.fill(expected, (byte) i);
            assertArrayEquals(expected, all[i]);
          }
          return null;
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onlyWhatIsBetweenPositionAndLimitIsTouched(boolean direct) {
    Rings.run(
        2,
        SMALL_CHUNKS,
        rank -> {
          FloatBuffer data =
              direct
                  ? ByteBuffer.allocateDirect(400).order(ByteOrder.nativeOrder()).asFloatBuffer()
                  : FloatBuffer.allocate(100);
          for (int i = 0; i < 100; i++) {
            data.put(i, i);
          }
          data.position(10).limit(90);
          rank.allReduce(data);
          assertEquals(10, data.position());
          assertEquals(90, data.limit());
          data.clear();
          for (int i = 0; i < 100; i++) {
            assertEquals(i < 10 || i >= 90 ? i : 2 * i, data.get(i), 0);
          }
          return null;
        });
  }

  @Test
  void bytesAndTimeAreCounted() {
    Rings.run(
        4,
        PLAIN.withPayload(Payload.BF16),
        rank -> {
          rank.allReduce(FloatBuffer.allocate(1000));
          assertEquals(2 * 3 * 250 * 2, rank.bytesSent());
          assertTrue(rank.nanos() > 0);
          return null;
        });
  }

  @Test
  void wrongCutsAreRefusedBeforeAnythingIsSent() {
    Rings.run(
        2,
        PLAIN,
        rank -> {
          FloatBuffer data = FloatBuffer.allocate(10);
          for (int[] cuts : new int[][] {{0, 10}, {0, 5, 9}, {1, 5, 10}, {0, 11, 10}}) {
            assertThrows(IllegalArgumentException.class, () -> rank.reduceScatter(data, cuts));
            assertThrows(IllegalArgumentException.class, () -> rank.allGather(data, cuts));
          }
          rank.allReduce(data);
          return null;
        });
  }

  private static void assertSum(float[] data, int size, double relative) {
    float[][] all = new float[size][];
    Arrays.setAll(all, rank -> values(rank, data.length));
    for (int i = 0; i < data.length; i++) {
      double sum = 0;
      double magnitude = 0;
      for (float[] values : all) {
        sum += values[i];
        magnitude += Math.abs(values[i]);
      }
      assertTrue(Math.abs(data[i] - sum) <= relative * magnitude, i + ": " + data[i] + ", " + sum);
    }
  }

  private static float[] values(int rank, int length) {
    Random random = new Random(1000L * length + rank);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }

  private static int[] randomCuts(Random random, int size) {
    int[] cuts = new int[size + 1];
    for (int i = 0; i < size; i++) {
      cuts[i + 1] = cuts[i] + (random.nextBoolean() ? random.nextInt(200) : 0);
    }
    return cuts;
  }

  private static float rounded(float value) {
    return Bf16.toFloat(Bf16.of(value));
  }
}
