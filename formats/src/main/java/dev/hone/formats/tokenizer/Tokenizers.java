package dev.hone.formats.tokenizer;

import dev.hone.formats.HoneException;
import java.nio.file.Path;

/** Opens tokenizers. */
public final class Tokenizers {
  private Tokenizers() {}

  /**
   * The tokenizer of a model directory, by the fastest code that gives the tokens of the Rust
   * tokenizers, see {@link SharedTokenizer}.
   *
   * @throws HoneException as {@link DjlTokenizer#open}
   */
  public static Tokenizer open(Path directory) {
    return SharedTokenizer.read(directory).open();
  }
}
