package dev.hone.jobs.config;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
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
    if (!Files.isDirectory(directory)) {
      return;
    }
    int longest;
    try {
      longest = ModelDirectory.open(directory).config().maxPositionEmbeddings();
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
