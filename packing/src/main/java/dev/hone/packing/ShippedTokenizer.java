package dev.hone.packing;

import dev.hone.formats.HoneException;
import dev.hone.formats.tokenizer.DjlTokenizer;
import dev.hone.formats.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of a tokenizer directory, to be broadcast: tasks need no file system in common with the
 * driver. ({@code SparkContext.addFile} takes no local directory on a cluster, and gives all
 * tokenizers of an application one flat folder.)
 *
 * @param files contents by file name
 */
record ShippedTokenizer(Map<String, byte[]> files) implements Serializable {

  /** What {@link DjlTokenizer#open} reads; a model directory has gigabytes beside them. */
  private static final List<String> NAMES =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "chat_template.jinja");

  /**
   * Reads the files of a directory that are there.
   *
   * @throws HoneException if one of them cannot be read
   */
  static ShippedTokenizer read(Path directory) {
    Map<String, byte[]> files = new HashMap<>();
    for (String name : NAMES) {
      Path file = directory.resolve(name);
      if (Files.isRegularFile(file)) {
        try {
          files.put(name, Files.readAllBytes(file));
        } catch (IOException e) {
          throw new HoneException(
              "%s cannot be read (%s); check its permissions".formatted(file, e.getMessage()), e);
        }
      }
    }
    return new ShippedTokenizer(files);
  }

  /** Opens the tokenizer in a task; its files are on disk only while it loads. */
  Tokenizer open() {
    try {
      Path directory = Files.createTempDirectory("hone-tokenizer");
      try {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
          Files.write(directory.resolve(file.getKey()), file.getValue());
        }
        return DjlTokenizer.open(directory);
      } finally {
        for (String name : files.keySet()) {
          Files.deleteIfExists(directory.resolve(name));
        }
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("unpacking the tokenizer for a task", e);
    }
  }
}
