package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.model.NewTokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class NewTokenKeysTest {
  @TempDir private Path folder;

  @Test
  void everyKeyHolds() {
    assertEquals(NewTokens.NONE, read(""));
    assertEquals(
        new NewTokens(
            Map.of("eos_token", "<|im_end|>"), List.of("<think>"), List.of("<a>", "<b>"), true),
        read(
            """
            tokens: [<think>]
            special_tokens:
              eos_token: <|im_end|>
              pad_token:
              additional_special_tokens: [<a>, <b>]
            resize_token_embeddings_to_32x: true
            mean_resizing_embeddings: true
            """));
  }

  @Test
  void whatCannotBeIsSaid() {
    assertEquals(
        List.of(
            "config.yaml:5: special_tokens: 'end' is no special token; there are bos_token,"
                + " eos_token, unk_token, pad_token, sep_token, cls_token, mask_token and"
                + " additional_special_tokens",
            "config.yaml:5: special_tokens: eos_token is \"\", not a token",
            "config.yaml:5: special_tokens: additional_special_tokens is \"<a>\", not a list of"
                + " tokens",
            "config.yaml:10: mean_resizing_embeddings: new rows begin as the mean of the others"
                + " here; remove it, or set it to true"),
        new ConfigTexts(folder)
            .problems(
                ConfigTexts.MINIMAL
                    + """
                    special_tokens:
                      end: <x>
                      eos_token: ''
                      additional_special_tokens: <a>
                    tokens: [<t>]
                    mean_resizing_embeddings: false
                    """));
  }

  private NewTokens read(String more) {
    return new ConfigTexts(folder).read(ConfigTexts.MINIMAL + more).model().newTokens();
  }
}
