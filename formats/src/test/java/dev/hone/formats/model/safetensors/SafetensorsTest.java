package dev.hone.formats.model.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("unit")
class SafetensorsTest {
  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void whatIsWrittenIsRead(Dtype dtype) {
    Path file = dir.resolve("a.safetensors");
    float[] b = {1, -2, 0.5f, 4, 5, -6};
    SafetensorsWriter.write(
        file,
        dtype,
        List.of(
            TensorSource.of("b", new long[] {2, 3}, FloatBuffer.wrap(b)),
            TensorSource.of("a", new long[] {1}, FloatBuffer.wrap(new float[] {7})),
            TensorSource.of("empty", new long[] {0, 4}, FloatBuffer.allocate(0))));

    SafetensorsReader reader = SafetensorsReader.open(file);
    assertEquals(Map.of("format", "pt"), reader.metadata());
    assertEquals(new TensorInfo(dtype, new long[] {2, 3}), reader.info("b"));
    assertEquals(List.of("a", "b", "empty"), List.copyOf(reader.names()));
    FloatBuffer values = FloatBuffer.allocate(6);
    reader.readFloats("b", values);
    assertArrayEquals(b, values.array());
    FloatBuffer part = FloatBuffer.allocate(2);
    reader.readFloats("b", 3, part);
    assertArrayEquals(new float[] {4, 5}, part.array());
    assertEquals(dtype == Dtype.F32, reader.mappedFloats("b").isPresent());
    assertEquals(List.of(file), filesOf(dir));
  }

  @Test
  void mappedFloatsAreTheFileItself() {
    Path file = dir.resolve("a.safetensors");
    FloatBuffer values = FloatBuffer.wrap(new float[] {3, 1, 4, 1, 5});
    SafetensorsWriter.write(
        file, Dtype.F32, List.of(TensorSource.of("pi", new long[] {5}, values)));
    FloatBuffer mapped = SafetensorsReader.open(file).mappedFloats("pi").orElseThrow();
    assertTrue(mapped.isDirect());
    assertEquals(ByteOrder.LITTLE_ENDIAN, mapped.order());
    assertEquals(values, mapped);
  }

  /** Larger than the pieces in which the writer converts. */
  @Test
  void longTensorsAreWrittenInPieces() {
    int n = (1 << 18) + 3;
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = i % 251;
    }
    Path file = dir.resolve("a.safetensors");
    TensorSource source = TensorSource.of("x", new long[] {n}, FloatBuffer.wrap(values));
    SafetensorsWriter.write(file, Dtype.BF16, List.of(source));
    FloatBuffer read = FloatBuffer.allocate(n);
    SafetensorsReader.open(file).readFloats("x", read);
    assertArrayEquals(values, read.array());
  }

  @Test
  void doublesAreNarrowed() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    data.putDouble(0.1).putDouble(-2);
    Path file =
        raw("{\"d\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}", data.array());
    FloatBuffer read = FloatBuffer.allocate(2);
    SafetensorsReader.open(file).readFloats("d", read);
    assertArrayEquals(new float[] {0.1f, -2}, read.array());
  }

  /** A tensor beyond 2 GiB: the file is sparse, so it takes no room on the disk. */
  @Test
  void offsetsBeyondAnIntAreRead() throws IOException {
    long elements = 600_000_000L;
    String json =
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[" + elements + "],\"data_offsets\":[0,2400000000]}}";
    Path file = raw(json, new byte[0]);
    try (var channel =
        java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
      ByteBuffer last = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 42);
      channel.write(last, channel.size() + 4 * (elements - 1));
    }
    SafetensorsReader reader = SafetensorsReader.open(file);
    assertTrue(reader.mappedFloats("x").isEmpty());
    FloatBuffer tail = FloatBuffer.allocate(2);
    reader.readFloats("x", elements - 2, tail);
    assertArrayEquals(new float[] {0, 42}, tail.array());
  }

  @Test
  void everyTruncationIsOneClearLine() throws IOException {
    Path file = dir.resolve("whole.safetensors");
    SafetensorsWriter.write(
        file,
        Dtype.F32,
        List.of(TensorSource.of("x", new long[] {3}, FloatBuffer.wrap(new float[] {1, 2, 3}))));
    byte[] whole = Files.readAllBytes(file);
    Path cut = dir.resolve("cut.safetensors");
    for (int length = 0; length < whole.length; length++) {
      Files.write(cut, Arrays.copyOf(whole, length));
      HoneException e =
          assertThrows(HoneException.class, () -> SafetensorsReader.open(cut), "at " + length);
      assertTrue(e.getMessage().startsWith(cut + " "), e.getMessage());
      assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }
    Files.write(cut, Arrays.copyOf(whole, whole.length + 1));
    assertThrows(HoneException.class, () -> SafetensorsReader.open(cut));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "not json | not JSON",
        "[] | not a JSON object",
        "{\"x\":{\"dtype\":\"F8\",\"shape\":[4],\"data_offsets\":[0,4]}} | dtype F8",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | F32[2] takes 8 bytes",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} | no dtype, shape",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}} | takes 4 bytes",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}} | 1 data_offsets",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | ends at byte",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,4]}}"
            + " | impossible size",
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + "\"y\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}} | ends at byte",
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}} | header describes",
        "{\"x\":1} | no dtype, shape and data_offsets for tensor x",
        "{\"x\":{},\"x\":{}} | Duplicate",
      })
  void corruptHeadersAreNamed(String json, String problem) throws IOException {
    Path file = raw(json, new byte[4]);
    HoneException e = assertThrows(HoneException.class, () -> SafetensorsReader.open(file));
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }

  @Test
  void integersAreSeenButNotReadAsFloats() throws IOException {
    Path file =
        raw("{\"ids\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", new byte[8]);
    SafetensorsReader reader = SafetensorsReader.open(file);
    assertEquals(Dtype.I64, reader.info("ids").dtype());
    assertThrows(HoneException.class, () -> reader.readFloats("ids", 0, FloatBuffer.allocate(1)));
    assertThrows(HoneException.class, () -> reader.info("nothing"));
  }

  @Test
  void aFailedWriteLeavesTheOldFile() throws IOException {
    Path file = dir.resolve("a.safetensors");
    Files.writeString(file, "old");
    TensorSource failing =
        new TensorSource(
            "x",
            new long[] {4},
            (offset, target) -> {
              throw new HoneException("no more");
            });
    assertThrows(
        HoneException.class, () -> SafetensorsWriter.write(file, Dtype.F32, List.of(failing)));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of(file), filesOf(dir));
    Path nowhere = dir.resolve("no/such/dir/a.safetensors");
    assertThrows(HoneException.class, () -> SafetensorsWriter.write(nowhere, Dtype.F32, List.of()));
  }

  private Path raw(String json, byte[] data) throws IOException {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header).put(data);
    return Files.write(dir.resolve("raw.safetensors"), bytes.array());
  }

  private static List<Path> filesOf(Path dir) {
    try (var files = Files.list(dir)) {
      return files.toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
