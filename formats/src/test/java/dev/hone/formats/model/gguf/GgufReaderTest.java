package dev.hone.formats.model.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class GgufReaderTest {
  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void readsMetadataAndTensors(int version) {
    GgufReader reader = GgufReader.open(sample().version(version).write(dir.resolve("a.gguf")));
    GgufMetadata metadata = reader.metadata();
    assertEquals("llama", metadata.requiredText("general.architecture"));
    assertEquals(Optional.of(true), metadata.flag("flag"));
    assertEquals(1e-5, metadata.number("float").orElseThrow());
    assertEquals(0.1, metadata.number("double").orElseThrow());
    assertEquals(7, metadata.requiredInt("u32"));
    assertEquals(List.of("a", "ß"), metadata.texts("texts"));
    assertEquals(List.of(1L, 2L, 3L), metadata.integers("numbers"));
    assertEquals(-3L, metadata.values().get("i8"));
    assertEquals(-300L, metadata.values().get("i16"));
    assertEquals(1L << 40, metadata.values().get("u64"));
    assertEquals(List.of(List.of(1L), List.of(2L, 3L)), metadata.values().get("nested"));
    assertEquals(Optional.empty(), metadata.text("nothing"));

    GgufTensor x = reader.tensors().get("x");
    assertArrayEquals(new long[] {2, 3}, x.shape());
    FloatBuffer values = FloatBuffer.allocate(6);
    reader.values("x").read(0, values);
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, values.array());
  }

  /** A read may begin and end inside a block. */
  @Test
  void readsFromTheMiddleOfABlock() {
    GgufReader reader = GgufReader.open(sample().write(dir.resolve("a.gguf")));
    FloatBuffer whole = FloatBuffer.allocate(64);
    reader.values("q").read(0, whole);
    FloatBuffer part = FloatBuffer.allocate(20);
    reader.values("q").read(25, part);
    assertArrayEquals(Arrays.copyOfRange(whole.array(), 25, 45), part.array());
    assertEquals(-2f, whole.get(0)); // scale 0.5, byte -4
    assertEquals(-1.5f, whole.get(1));
  }

  @Test
  void alignmentIsTheFiles() {
    GgufReader reader =
        GgufReader.open(
            new GgufFile()
                .alignment(8)
                .floats("a", new float[] {1}, 1)
                .floats("b", new float[] {2}, 1)
                .write(dir.resolve("a.gguf")));
    assertEquals(8, reader.tensors().get("b").position() - reader.tensors().get("a").position());
    FloatBuffer b = FloatBuffer.allocate(1);
    reader.values("b").read(0, b);
    assertEquals(2f, b.get(0));
  }

  @Test
  void everyTruncationIsOneClearLine() throws IOException {
    byte[] whole = sample().bytes();
    Path cut = dir.resolve("cut.gguf");
    for (int length = 0; length < whole.length; length++) {
      Files.write(cut, Arrays.copyOf(whole, length));
      HoneException e =
          assertThrows(HoneException.class, () -> GgufReader.open(cut), "at " + length);
      assertTrue(e.getMessage().startsWith(cut + " "), e.getMessage());
      assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }
  }

  /** A flipped byte may go unnoticed, but nothing except HoneException may come of it. */
  @Test
  void corruptBytesNeverCrash() throws IOException {
    byte[] whole = sample().bytes();
    Path file = dir.resolve("corrupt.gguf");
    Random random = new Random(3);
    int refused = 0;
    for (int round = 0; round < 400; round++) {
      byte[] corrupt = whole.clone();
      corrupt[random.nextInt(corrupt.length - 192)] = (byte) random.nextInt(256);
      Files.write(file, corrupt);
      try {
        GgufReader.open(file);
      } catch (HoneException e) {
        refused++;
      }
    }
    assertTrue(refused > 100, refused + " of 400 were refused");
  }

  @Test
  void whatIsWrongIsNamed() throws IOException {
    refused(new GgufFile().version(1), "GGUF version 1");
    refused(new GgufFile().version(3 << 24), "little-endian");
    refused(new GgufFile().tensor("t", 10, new byte[84], 256), "ggml type 10");
    refused(new GgufFile().tensor("t", 8, new byte[34], 31), "no multiple of the 32 of Q8_0");
    refused(new GgufFile().floats("t", new float[0], 0), "the shape [0]");
    refused(new GgufFile().floats("t", new float[1], 1, 1, 1, 1, 1), "5 dimensions");
    refused(new GgufFile().floats("t", new float[1], 1L << 62, 8), "impossible size");
    refused(new GgufFile().floats("t", new float[1], 99), "ends at byte");
    refused(new GgufFile().floats("t", new float[1], 1).floats("t", new float[1], 1), "t twice");
    refused(new GgufFile().floats("t", new float[1], 64).floats("u", new float[64], 1), "aligned");
    refused(new GgufFile().put("a", List.of(List.of(List.of(List.of(List.of(1)))))), "deeper than");
    Path text = Files.writeString(dir.resolve("text"), "Gguf, but not really");
    HoneException e = assertThrows(HoneException.class, () -> GgufReader.open(text));
    assertEquals(text + " is not a GGUF file: it does not begin with GGUF", e.getMessage());
    assertThrows(HoneException.class, () -> GgufReader.open(dir.resolve("missing")));
  }

  private void refused(GgufFile file, String problem) {
    Path path = file.write(dir.resolve("refused.gguf"));
    HoneException e = assertThrows(HoneException.class, () -> GgufReader.open(path));
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }

  private static GgufFile sample() {
    byte[] q8 = new byte[68];
    for (int i = 0; i < 68; i++) {
      q8[i] = (byte) (i - 6);
    }
    for (int block = 0; block < 68; block += 34) {
      q8[block] = 0;
      q8[block + 1] = 0x38; // 0.5
    }
    return new GgufFile()
        .put("general.architecture", "llama")
        .put("flag", true)
        .put("float", 1e-5f)
        .put("double", 0.1)
        .put("u32", 7)
        .put("u64", 1L << 40)
        .put("i8", (byte) -3)
        .put("i16", (short) -300)
        .put("texts", List.of("a", "ß"))
        .put("numbers", List.of(1, 2, 3))
        .put("nested", List.of(List.of(1), List.of(2, 3)))
        .floats("x", new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
        .tensor("q", 8, q8, 1, 64);
  }
}
