package dev.hone.formats.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.tokenizer.bpe.ByteLevelModel;
import dev.hone.formats.tokenizer.bpe.UnknownKindException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A tokenizer directory that was read once, and the tokenizers of all tasks of a process that use
 * it. Thread safe, unlike those.
 *
 * <p>Byte-level BPE is tokenized in Java if that is known to give the ids and offsets of the Rust
 * tokenizers: a kind of which every detail is known, and the same tokens for a {@link ProbeText}.
 * Everything else is left to the library. Both have the same {@link Tokenizer#fingerprint}.
 */
public final class SharedTokenizer {
  private static final System.Logger LOG = System.getLogger(SharedTokenizer.class.getName());

  private final Path directory;
  private final TokenizerFiles.Facts facts;
  // Parsed again where the library needs it: as a tree it takes many times the memory.
  private final byte[] bytes;
  private final Optional<ByteLevelModel> model;

  /** Who makes the tokens. */
  public enum Engine {
    /** Java code of this package. */
    JAVA,
    /** The Rust tokenizers. */
    NATIVE
  }

  private SharedTokenizer(Path directory, TokenizerFiles files, Optional<ByteLevelModel> model) {
    this.directory = directory;
    this.facts = files.facts();
    this.bytes = files.bytes();
    this.model = model;
  }

  /**
   * Reads a directory, and finds out who can make its tokens. To compare the two takes some tens of
   * milliseconds.
   *
   * @throws HoneException as {@link DjlTokenizer#open}
   */
  public static SharedTokenizer read(Path directory) {
    TokenizerFiles files = TokenizerFiles.read(directory);
    return checked(directory, files, model(directory, files));
  }

  /** With a model only if it gives the tokens of the library. */
  static SharedTokenizer checked(
      Path directory, TokenizerFiles files, Optional<ByteLevelModel> model) {
    return new SharedTokenizer(
        directory, files, model.filter(known -> isSame(directory, files, known)));
  }

  /**
   * Reads a directory of which {@link #read(Path)} has found out already who makes its tokens, as
   * the driver does for its tasks.
   *
   * @throws HoneException if a file is missing or corrupt
   */
  public static SharedTokenizer read(Path directory, Engine engine) {
    TokenizerFiles files = TokenizerFiles.read(directory);
    return new SharedTokenizer(
        directory, files, engine == Engine.JAVA ? model(directory, files) : Optional.empty());
  }

  static Optional<ByteLevelModel> model(Path directory, TokenizerFiles files) {
    try {
      return Optional.of(ByteLevelModel.read(files.tokenizer()));
    } catch (UnknownKindException e) {
      LOG.log(
          System.Logger.Level.DEBUG,
          "{0} is tokenized by the native library, for its {1}",
          directory,
          e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean isSame(Path directory, TokenizerFiles files, ByteLevelModel model) {
    List<String> added = new ArrayList<>();
    for (JsonNode token : files.tokenizer().path("added_tokens")) {
      added.add(token.path("content").asText());
    }
    try (DjlTokenizer reference =
            DjlTokenizer.of(directory, files.tokenizer().toString(), files.facts());
        Tokenizer tokenizer = new JavaTokenizer(files.facts(), model, () -> reference)) {
      Optional<String> difference = ProbeText.difference(reference, tokenizer, added);
      difference.ifPresent(
          text ->
              LOG.log(
                  System.Logger.Level.WARNING,
                  "{0} is tokenized by the native library, some ten times as slow: Java code gives other tokens for {1}",
                  directory,
                  text));
      return difference.isEmpty();
    }
  }

  /** Who makes the tokens. */
  public Engine engine() {
    return model.isPresent() ? Engine.JAVA : Engine.NATIVE;
  }

  /**
   * A tokenizer for one task, to be closed by it.
   *
   * @throws HoneException as {@link DjlTokenizer#open}
   */
  public Tokenizer open() {
    return model
        .<Tokenizer>map(known -> new JavaTokenizer(facts, known, this::library))
        .orElseGet(this::library);
  }

  private DjlTokenizer library() {
    return DjlTokenizer.of(directory, TokenizerFiles.prepared(directory, bytes), facts);
  }
}
