package dev.hone.formats.tokenizer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tokenizer.TinyTokenizer.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("slow")
class TokenizerFuzzTest {

  @ParameterizedTest
  @EnumSource
  void tokensOfManyMegabytesAreThoseOfTheLibrary(Kind kind, @TempDir Path directory)
      throws Exception {
    try (TokenizerFuzz fuzz = new TokenizerFuzz(TinyTokenizer.write(directory, kind), 5)) {
      int texts = 0;
      for (; fuzz.bytes() < 35_000_000; texts++) {
        fuzz.step(1 + 16 * (texts % 500));
      }
      assertTrue(fuzz.left() < texts / 2, fuzz.left() + " of " + texts);
    }
  }
}
