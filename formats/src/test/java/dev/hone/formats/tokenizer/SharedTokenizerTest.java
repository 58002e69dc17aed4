package dev.hone.formats.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.hone.formats.tokenizer.SharedTokenizer.Engine;
import dev.hone.formats.tokenizer.TinyTokenizer.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class SharedTokenizerTest {
  @TempDir private Path directory;

  @Test
  void whatIsFoundOutOnceIsNotFoundOutAgain() throws Exception {
    TinyTokenizer.write(directory, Kind.SMOLLM2);
    SharedTokenizer driver = SharedTokenizer.read(directory);
    assertEquals(Engine.JAVA, driver.engine());
    SharedTokenizer task = SharedTokenizer.read(directory, driver.engine());
    SharedTokenizer other = SharedTokenizer.read(directory, Engine.NATIVE);
    Files.delete(directory.resolve("tokenizer.json"));
    assertEquals(Engine.NATIVE, other.engine());
    try (Tokenizer java = task.open();
        Tokenizer again = task.open();
        Tokenizer library = other.open()) {
      assertInstanceOf(JavaTokenizer.class, java);
      assertInstanceOf(DjlTokenizer.class, library);
      assertArrayEquals(library.encode("12 the é").ids(), java.encode("12 the é").ids());
      assertArrayEquals(library.encode("12 the é").ids(), again.encode("12 the é").ids());
      assertEquals(library.fingerprint(), java.fingerprint());
    }
  }

  /** A model that is not the directory's stands for Java code that is wrong about it. */
  @Test
  void otherTokensThanTheLibrarysAreFoundOut() {
    for (Kind kind : List.of(Kind.GPT2, Kind.SMOLLM2, Kind.DIGIT_RUNS, Kind.LLAMA3, Kind.QWEN2)) {
      Path right = TinyTokenizer.write(directory.resolve("right" + kind), kind);
      TokenizerFiles files = TokenizerFiles.read(right);
      for (Kind other : EnumSet.range(Kind.GPT2, Kind.QWEN2)) {
        Path wrong = TinyTokenizer.write(directory.resolve("wrong" + other), other);
        SharedTokenizer found =
            SharedTokenizer.checked(
                right, files, SharedTokenizer.model(wrong, TokenizerFiles.read(wrong)));
        Engine engine = other == kind ? Engine.JAVA : Engine.NATIVE;
        assertEquals(engine, found.engine(), kind + " by " + other);
      }
    }
    try (Tokenizer library =
        SharedTokenizer.checked(
                directory.resolve("rightGPT2"),
                TokenizerFiles.read(directory.resolve("rightGPT2")),
                Optional.empty())
            .open()) {
      assertInstanceOf(DjlTokenizer.class, library);
    }
  }

  @Test
  void whatIsNotKnownIsLeftToTheLibrary() throws Exception {
    TinyTokenizer.write(directory, Kind.GPT2);
    Path file = directory.resolve("tokenizer.json");
    String json = Files.readString(file);
    String changed =
        json.replace("\"dropout\":null", "")
            .replace("\"byte_fallback\":false", "\"byte_fallback\":true");
    assertNotEquals(json, changed);
    Files.writeString(file, changed);
    try (Tokenizer tokenizer = Tokenizers.open(directory)) {
      assertInstanceOf(DjlTokenizer.class, tokenizer);
      assertEquals("the", tokenizer.decode(tokenizer.encode("the").ids(), false));
    }
  }
}
