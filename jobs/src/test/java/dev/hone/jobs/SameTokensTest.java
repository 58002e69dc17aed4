package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class SameTokensTest {
  private static final Path MODEL =
      Path.of(
          System.getProperty("hone.repository"), "training/src/test/resources/parity/llama/model");

  @TempDir private Path dir;

  private Path other(String tokenizer) throws IOException {
    for (String name : new String[] {"config.json", "tokenizer_config.json"}) {
      Files.copy(MODEL.resolve(name), dir.resolve(name));
    }
    Files.writeString(dir.resolve("tokenizer.json"), tokenizer);
    return dir;
  }

  private static void require(Path other) {
    SameTokens.require("teacher_model", other.toString(), MODEL, new Configuration());
  }

  @Test
  void theSameTokenizerElsewhereIsTaken() throws IOException {
    Path copy = other(Files.readString(MODEL.resolve("tokenizer.json")));
    assertDoesNotThrow(() -> require(copy));
    Files.delete(copy.resolve("tokenizer.json"));
    assertDoesNotThrow(() -> require(copy), "nothing can be found out");
  }

  @Test
  void oneOfOtherTokensIsRefusedByName() throws IOException {
    ObjectNode json = JsonFile.read(MODEL.resolve("tokenizer.json"));
    ((ObjectNode) json.get("model")).putArray("merges");
    Path fewer = other(json.toString());
    HoneException refused = assertThrows(HoneException.class, () -> require(fewer));
    assertTrue(
        refused
            .getMessage()
            .startsWith("teacher_model '" + fewer + "' does not know the tokens of base_model: "),
        refused::getMessage);
  }
}
