package dev.hone.packing;

import dev.hone.formats.HoneException;
import dev.hone.formats.tokenizer.SharedTokenizer;
import dev.hone.formats.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files of a tokenizer directory, to be broadcast: tasks need no file system in common with the
 * driver. ({@code SparkContext.addFile} takes no local directory on a cluster, and gives all
 * tokenizers of an application one flat folder.) The tasks of a process read them once.
 */
final class ShippedTokenizer implements Serializable {
  private static final long serialVersionUID = 1;

  /** What {@link SharedTokenizer#read} reads; a model directory has gigabytes beside them. */
  private static final List<String> NAMES =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "chat_template.jinja");

  private final HashMap<String, byte[]> files;
  private final SharedTokenizer.Engine engine;
  private transient SharedTokenizer shared;

  private ShippedTokenizer(Map<String, byte[]> files, SharedTokenizer.Engine engine) {
    this.files = new HashMap<>(files);
    this.engine = engine;
  }

  /**
   * Reads the files of a directory that are there.
   *
   * @param engine who makes its tokens, as {@link SharedTokenizer#engine} has it on the driver
   * @throws HoneException if one of them cannot be read
   */
  static ShippedTokenizer read(Path directory, SharedTokenizer.Engine engine) {
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
    return new ShippedTokenizer(files, engine);
  }

  /** Names of the files. */
  Set<String> names() {
    return Set.copyOf(files.keySet());
  }

  /** Opens a tokenizer for a task. */
  Tokenizer open() {
    return shared().open();
  }

  /** The files are on disk only while they are read. */
  private synchronized SharedTokenizer shared() {
    if (shared == null) {
      try {
        Path directory = Files.createTempDirectory("hone-tokenizer");
        try {
          for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(directory.resolve(file.getKey()), file.getValue());
          }
          shared = SharedTokenizer.read(directory, engine);
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
    return shared;
  }
}
