package dev.hone.jobs.parity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.model.peft.AdapterMerge;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens added by hone are those that Transformers would have added, and open there. */
@Tag("parity")
@Tag("slow") // 105 s; the default build has 35 minutes
class NewTokensParityTest {
  private static final String TOKENS =
      """
      max_steps: 2
      learning_rate: 0.01
      tokens: [<think>, a, </think>]
      special_tokens: {pad_token: <pad>, additional_special_tokens: [<tool>]}
      resize_token_embeddings_to_32x: true
      """;

  private static final List<String> TEXTS =
      List.of(
          "<think>a cat</think> sat <tool> on<|im_end|>",
          "<pad><pad>what a<think >b</think>",
          "<to<tool>ol> <|im_start|>a");

  @TempDir private Path dir;

  @Test
  void aWholeModel() throws IOException, InterruptedException {
    Python python = Python.orSkip();
    TinyRun run = TinyRun.prepare(dir, 8);
    run.hone(TOKENS);
    JsonNode theirs =
        python.run("new_tokens.py", TEXTS, run.model().toString(), run.output().toString());
    same(theirs, run.output());
    TransformersOpensTest.same(
        Logits.of(run.output(), ids(theirs.get("saved").get(0))), theirs.get("logits"));
  }

  @Test
  void anAdapter() throws IOException, InterruptedException {
    Python python = Python.orSkip();
    TinyRun run = TinyRun.prepare(dir, 8);
    run.hone(TOKENS + "adapter: lora\nlora_modules_to_save: [embed_tokens, lm_head]\n");
    JsonNode theirs =
        python.run(
            "new_tokens.py", TEXTS, run.model().toString(), run.output().toString(), "adapter");
    same(theirs, run.output());
    TransformersOpensTest.same(
        Logits.of(run.model(), run.output(), ids(theirs.get("saved").get(0))),
        theirs.get("logits"));
    Path merged = dir.resolve("merged");
    AdapterMerge.run(run.output(), Optional.empty(), merged);
    same(theirs, merged);
    TransformersOpensTest.same(
        Logits.of(merged, ids(theirs.get("saved").get(0))), theirs.get("logits"));
  }

  private static void same(JsonNode theirs, Path output) {
    assertEquals(theirs.get("expected"), theirs.get("saved"), "what Transformers reads");
    assertEquals("<pad>", theirs.get("names").get("pad").asText());
    assertTrue(theirs.get("names").get("special").asBoolean(), "<tool> is special");
    assertEquals(544, theirs.get("rows").intValue());
    try (Tokenizer tokenizer = Tokenizers.open(output)) {
      for (int i = 0; i < TEXTS.size(); i++) {
        assertArrayEquals(
            ids(theirs.get("expected").get(i)), tokenizer.encode(TEXTS.get(i)).ids(), TEXTS.get(i));
      }
    }
  }

  private static int[] ids(JsonNode list) {
    return IntStream.range(0, list.size()).map(i -> list.get(i).intValue()).toArray();
  }
}
