package dev.hone.formats.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.formats.tokenizer.TinyTokenizer.Kind;
import dev.hone.formats.tokenizer.bpe.ByteLevelEncoder;
import dev.hone.formats.tokenizer.bpe.ByteLevelModel;
import dev.hone.formats.tokenizer.bpe.UnknownKindException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library's NFC leaves every text as it is that the Java code does not leave to it. */
@Tag("slow")
class NfcTest {
  private static final int BATCH = 1 << 14;

  @Test
  void whatJavaTokenizesIsInNfc(@TempDir Path directory) throws IOException, UnknownKindException {
    TinyTokenizer.write(directory, Kind.QWEN2);
    ByteLevelEncoder encoder =
        new ByteLevelEncoder(
            ByteLevelModel.read(
                new ObjectMapper().readTree(directory.resolve("tokenizer.json").toFile())));
    int checked = 0;
    try (Tokenizer library = DjlTokenizer.open(directory)) {
      StringBuilder batch = new StringBuilder();
      for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
        if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
          String character = Character.toString(c);
          // Alone, after a letter, before marks that join and that reorder, after such a mark.
          for (String text :
              List.of(
                  character,
                  "e" + character,
                  character + "\u0301",
                  "e\u0327" + character + "\u0301",
                  "\u1100" + character + "\u11a8")) {
            if (encoder.encode(text) != null) {
              batch.append(text).append('|');
              checked++;
            }
          }
        }
        if (batch.length() > BATCH || c == Character.MAX_CODE_POINT) {
          String text = batch.toString();
          assertEquals(text, library.decode(library.encode(text).ids(), false));
          batch.setLength(0);
        }
      }
    }
    assertTrue(checked > 1_000_000, checked + " texts");
  }
}
