package dev.hone.jobs.config;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.gguf.GgufModel;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the model itself allows; looked at only where its directory is on this machine. */
final class ModelLimits {
  private ModelLimits() {}

  static void check(Section top) {
    if (top.text("base_model").isEmpty() || top.integer("sequence_len").isEmpty()) {
      return;
    }
    Path directory = Path.of(top.text("base_model").get());
    boolean gguf = GgufModel.isGguf(directory.toString()) && Files.isRegularFile(directory);
    if (!Files.isDirectory(directory) && !gguf) {
      return;
    }
    int longest;
    try {
      ModelConfig config =
          gguf
              ? GgufModel.config(directory)
              : ModelDirectory.open(directory, RewardKeys.task(top)).config();
      longest = config.maxPositionEmbeddings();
    } catch (HoneException e) {
      top.problem("base_model", e.getMessage());
      return;
    }
    int sequenceLen = top.integer("sequence_len").get();
    if (sequenceLen > longest) {
      top.problem(
          "sequence_len",
          "%d is more than the %d positions %s was made for (max_position_embeddings); use %d or less"
              .formatted(sequenceLen, longest, directory, longest));
    }
  }
}
