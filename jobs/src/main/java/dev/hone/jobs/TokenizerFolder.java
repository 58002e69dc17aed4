package dev.hone.jobs;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.NewTokens;
import dev.hone.formats.model.gguf.GgufModel;
import dev.hone.ingest.tables.Failures;
import dev.hone.jobs.config.HoneConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** The tokenizer of {@code base_model} as a folder of this machine, wherever the model is. */
public final class TokenizerFolder {
  private static final List<String> FILES =
      List.of(
          "config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.jinja");

  private static final List<String> EMBEDDINGS = List.of("embed_tokens", "lm_head");

  private TokenizerFolder() {}

  /**
   * The tokenizer that a configuration trains with, new tokens among its own.
   *
   * @throws HoneException if the model is not there, or has no tokenizer
   */
  public static java.nio.file.Path of(HoneConfig config, Configuration hadoop) {
    return with(config, of(config.model().baseModel(), hadoop));
  }

  /**
   * The folder itself if it is local; otherwise a copy of the few files, in the JVM's temporary
   * folder. Of a GGUF file, what it says of its tokenizer as files.
   *
   * @throws HoneException if the model is not there, or has no tokenizer
   */
  static java.nio.file.Path of(String baseModel, Configuration hadoop) {
    Path model = new Path(baseModel);
    try {
      FileSystem files = model.getFileSystem(hadoop);
      if (GgufModel.isGguf(baseModel)) {
        return ofGguf(model, files);
      }
      if (files instanceof LocalFileSystem) {
        return java.nio.file.Path.of(files.makeQualified(model).toUri().getPath());
      }
      if (!files.exists(new Path(model, "tokenizer.json"))) {
        throw new HoneException(
            "base_model '%s' has no tokenizer.json; copy the whole directory that save_pretrained writes there"
                .formatted(baseModel));
      }
      java.nio.file.Path copy = Files.createTempDirectory("hone-tokenizer");
      // Deleted in reverse order: what is in it goes first.
      copy.toFile().deleteOnExit();
      for (String name : FILES) {
        Path file = new Path(model, name);
        if (files.exists(file)) {
          Path target = new Path(copy.resolve(name).toUri());
          files.copyToLocalFile(false, file, target, true);
          copy.resolve(name).toFile().deleteOnExit();
        }
      }
      return copy;
    } catch (IOException | IllegalArgumentException e) {
      throw new HoneException(
          "base_model '%s' cannot be read: %s; check the address"
              .formatted(baseModel, Failures.firstLine(e)),
          e);
    }
  }

  /**
   * A tokenizer with new tokens, in the JVM's temporary folder.
   *
   * @throws HoneException if an adapter would leave their rows as they begin
   */
  static java.nio.file.Path with(HoneConfig config, java.nio.file.Path tokenizer) {
    NewTokens newTokens = config.model().newTokens();
    if (newTokens.isEmpty()) {
      return tokenizer;
    }
    try {
      java.nio.file.Path folder = Files.createTempDirectory("hone-tokenizer");
      folder.toFile().deleteOnExit();
      Set<String> fresh = newTokens.writeTokenizer(tokenizer, folder).keySet();
      try (Stream<java.nio.file.Path> written = Files.list(folder)) {
        written.forEach(one -> one.toFile().deleteOnExit());
      }
      requireTrained(config, fresh);
      return folder;
    } catch (IOException e) {
      throw new HoneException(
          "the tokenizer cannot be written to the temporary folder: " + Failures.firstLine(e), e);
    }
  }

  /** A token for padding is never read, and needs no row. */
  private static void requireTrained(HoneConfig config, Set<String> fresh) {
    Set<String> read = new TreeSet<>(fresh);
    read.remove(config.model().newTokens().special().getOrDefault("pad_token", ""));
    boolean trained =
        config.model().lora().isEmpty()
            || config
                .model()
                .lora()
                .flatMap(HoneConfig.Lora::settings)
                .map(settings -> settings.parts().modules().containsAll(EMBEDDINGS))
                .orElse(false);
    if (!read.isEmpty() && !trained) {
      throw new HoneException(
          "%s: %s new to the tokenizer, and beside an adapter the rows of the embedding and the head stay as they begin; add lora_modules_to_save: [%s]"
              .formatted(
                  config.source().file(),
                  read.size() == 1
                      ? "the token " + read.iterator().next() + " is"
                      : "the tokens " + String.join(", ", read) + " are",
                  String.join(", ", EMBEDDINGS)));
    }
  }

  private static java.nio.file.Path ofGguf(Path model, FileSystem files) throws IOException {
    java.nio.file.Path folder = Files.createTempDirectory("hone-tokenizer");
    folder.toFile().deleteOnExit();
    java.nio.file.Path file;
    if (files instanceof LocalFileSystem) {
      file = java.nio.file.Path.of(files.makeQualified(model).toUri().getPath());
    } else {
      file = folder.resolve("base.gguf");
      files.copyToLocalFile(false, model, new Path(file.toUri()), true);
    }
    GgufModel.open(file, folder);
    try (Stream<java.nio.file.Path> written = Files.list(folder)) {
      written.forEach(one -> one.toFile().deleteOnExit());
    }
    return folder;
  }
}
