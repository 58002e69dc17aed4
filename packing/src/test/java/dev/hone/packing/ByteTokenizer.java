package dev.hone.packing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A tokenizer directory with one token a byte and ChatML's two special tokens, so that a test can
 * count tokens in its head: id of an ASCII character = its code, {@code <|im_start|>} 256, {@code
 * <|im_end|>} (also eos) 257.
 */
final class ByteTokenizer {
  static final int IM_START = 256;
  static final int IM_END = 257;

  private ByteTokenizer() {}

  /** Writes the directory, and returns it. */
  static Path write(Path directory) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("version", "1.0");
    var added = root.putArray("added_tokens");
    added.addObject().put("id", IM_START).put("content", "<|im_start|>").put("special", true);
    added.addObject().put("id", IM_END).put("content", "<|im_end|>").put("special", true);
    for (int i = 0; i < 2; i++) {
      ((ObjectNode) added.get(i))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false);
    }
    root.putObject("pre_tokenizer")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
    root.putObject("decoder")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
    ObjectNode model = root.putObject("model");
    model.put("type", "BPE");
    ObjectNode vocab = model.putObject("vocab");
    int unprintable = 0;
    for (int b = 0; b < 256; b++) {
      // GPT-2 spells the bytes that do not print with the characters from U+0100 on.
      boolean prints = (b > 32 && b < 127) || (b > 160 && b != 173);
      vocab.put(String.valueOf((char) (prints ? b : 256 + unprintable++)), b);
    }
    model.putArray("merges");
    try {
      Files.createDirectories(directory);
      mapper.writeValue(directory.resolve("tokenizer.json").toFile(), root);
      mapper.writeValue(
          directory.resolve("tokenizer_config.json").toFile(),
          mapper.createObjectNode().put("eos_token", "<|im_end|>"));
      return directory;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
