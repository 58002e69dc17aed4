package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.jobs.config.HoneConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class TokenizerFolderTest {
  @TempDir private Path dir;

  @BeforeEach
  void write() {
    var tokenizer = JsonFile.object();
    tokenizer.putObject("model").put("type", "BPE").putObject("vocab").put("a", 0);
    JsonFile.write(dir.resolve("tokenizer.json"), tokenizer);
  }

  @Test
  void withoutNewTokensItIsTheFolderItself() throws IOException {
    assertEquals(dir, TokenizerFolder.with(config("adapter: lora\n"), dir));
  }

  @Test
  void besideAnAdapterNewRowsHaveToBeTrained() throws IOException {
    String adapter = "adapter: lora\ntokens: [a, <b>]\n";
    HoneException e =
        assertThrows(HoneException.class, () -> TokenizerFolder.with(config(adapter), dir));
    assertEquals(
        dir.resolve("config.yaml")
            + ": the token <b> is new to the tokenizer, and beside an adapter the rows of the"
            + " embedding and the head stay as they begin; add lora_modules_to_save: [embed_tokens,"
            + " lm_head]",
        e.getMessage());
    Path with =
        TokenizerFolder.with(
            config(adapter + "lora_modules_to_save: [embed_tokens, lm_head]\n"), dir);
    assertEquals(2, JsonFile.read(with.resolve("tokenizer.json")).path("added_tokens").size());
    TokenizerFolder.with(config("adapter: lora\ntokens: [a]\n"), dir);
    TokenizerFolder.with(config("adapter: lora\nspecial_tokens: {pad_token: <p>}\n"), dir);
    TokenizerFolder.with(config("tokens: [<b>]\n"), dir);
  }

  private HoneConfig config(String more) throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("config.yaml"),
            "base_model: m\nlearning_rate: 1e-4\ndatasets:\n  - {path: a.jsonl, type: alpaca}\n"
                + more);
    return HoneConfig.read(file, List.of(), Map.of());
  }
}
