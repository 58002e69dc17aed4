package dev.hone.formats.corpus;

import java.util.Objects;

/**
 * Plain text, trained as it stands and closed by the tokenizer's end-of-sequence token.
 *
 * @param prompt text before the trained text, without loss; empty for plain text
 * @param text the trained text
 */
public record Completion(String prompt, String text) implements Document {
  public Completion {
    Objects.requireNonNull(prompt, "prompt");
    Objects.requireNonNull(text, "text");
  }

  @Override
  public String kind() {
    return "completion";
  }
}
