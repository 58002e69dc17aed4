package dev.hone.jobs;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.gguf.GgufModel;
import dev.hone.ingest.tables.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** The tokenizer of {@code base_model} as a folder of this machine, wherever the model is. */
final class TokenizerFolder {
  private static final List<String> FILES =
      List.of(
          "config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.jinja");

  private TokenizerFolder() {}

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
