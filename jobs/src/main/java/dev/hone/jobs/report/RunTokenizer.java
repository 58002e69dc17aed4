package dev.hone.jobs.report;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.RunRow;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import dev.hone.jobs.TokenizerFolder;
import dev.hone.jobs.config.HoneConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** The tokenizer that a run was prepared with, as its model has it now. */
final class RunTokenizer {
  private RunTokenizer() {}

  /**
   * Opens it.
   *
   * @param environment what {@code ${NAME}} in the configuration resolves to
   * @throws HoneException if the model is not where the configuration says, or the configuration
   *     cannot be read any more
   */
  static Tokenizer open(RunRow run, Map<String, String> environment, Configuration hadoop) {
    return Tokenizers.open(TokenizerFolder.of(config(run, environment), hadoop));
  }

  /** JSON is YAML. */
  private static HoneConfig config(RunRow run, Map<String, String> environment) {
    try {
      Path file = Files.createTempFile("hone-run", ".yaml");
      try {
        Files.writeString(file, run.config());
        return HoneConfig.read(file, List.of(), environment);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
