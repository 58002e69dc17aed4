package dev.hone.jobs;

import dev.hone.formats.HoneException;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Finds out that a model which is asked about tokens knows them as the model that is trained does:
 * texts of several scripts, code, and the marks of common templates have to come out the same. Of a
 * model without a tokenizer nothing can be found out.
 */
final class SameTokens {
  private static final List<String> SAMPLES =
      List.of(
          "The quick brown fox jumped 1234567 times!\n\n\tdef area(r):\n        return 3.14 * r ** 2\n",
          "Grüße, naïve café — «Здравствуй, мир» 你好，世界 こんにちは 안녕하세요 مرحبا नमस्ते 🙂",
          "<|im_start|>user\n<s>[INST] [/INST]</s><|eot_id|><|endoftext|><start_of_turn><|end|>");

  private SameTokens() {}

  /**
   * Compares.
   *
   * @param key that names the other model
   * @param tokenizer of the model that is trained, on this machine
   * @throws HoneException if a text comes out otherwise
   */
  static void require(String key, String other, Path tokenizer, Configuration hadoop) {
    Path folder = TokenizerFolder.of(other, hadoop);
    if (!Files.exists(folder.resolve("tokenizer.json"))) {
      return;
    }
    try (Tokenizer ours = Tokenizers.open(tokenizer);
        Tokenizer theirs = Tokenizers.open(folder)) {
      for (String text : SAMPLES) {
        int[] expected = ours.encode(text).ids();
        int[] found = theirs.encode(text).ids();
        if (!Arrays.equals(expected, found)) {
          throw new HoneException(
              "%s '%s' does not know the tokens of base_model: it makes %d of a text of which base_model makes %d, or others, so what it says of them means nothing; choose a model with the same tokenizer"
                  .formatted(key, other, found.length, expected.length));
        }
      }
    }
  }
}
