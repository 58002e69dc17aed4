package dev.hone.formats.model.hf;

import dev.hone.formats.model.ModelConfig.Llama3Scaling;
import dev.hone.formats.model.ModelConfig.Rope;
import java.util.Optional;

/**
 * Rotary embedding in both styles of {@code config.json}: {@code rope_theta} next to {@code
 * rope_scaling} (whose type is under {@code type} or {@code rope_type}), and Transformers 5's
 * {@code rope_parameters} with everything inside. Where a file has both, Transformers prefers
 * {@code rope_scaling}, and a {@code rope_theta} inside to one outside; so does this.
 */
final class RopeReader {
  private static final double DEFAULT_THETA = 10_000;

  private RopeReader() {}

  static Rope read(ConfigJson json, int maxPositionEmbeddings) {
    double outerTheta = json.positive("rope_theta", DEFAULT_THETA);
    fullRotation(json);
    Optional<ConfigJson> parameters =
        json.object("rope_scaling").or(() -> json.object("rope_parameters"));
    if (parameters.isEmpty()) {
      return new Rope(outerTheta, Optional.empty());
    }
    ConfigJson rope = parameters.get();
    fullRotation(rope);
    double theta = rope.positive("rope_theta", outerTheta);
    String type = rope.text("rope_type", rope.text("type", "default"));
    return switch (type) {
      case "default" -> new Rope(theta, Optional.empty());
      case "llama3" -> new Rope(theta, Optional.of(llama3(rope, maxPositionEmbeddings)));
      default -> {
        rope.problem(
            "rope_type is " + type + ", which hone does not compute; it knows default and llama3");
        yield new Rope(theta, Optional.empty());
      }
    };
  }

  private static Llama3Scaling llama3(ConfigJson rope, int maxPositionEmbeddings) {
    for (String key : new String[] {"factor", "low_freq_factor", "high_freq_factor"}) {
      if (rope.value(key).isEmpty()) {
        rope.problem(key + " is missing, rope_type llama3 needs it");
      }
    }
    Llama3Scaling scaling =
        new Llama3Scaling(
            rope.positive("factor", 1),
            rope.positive("low_freq_factor", 1),
            rope.positive("high_freq_factor", 4),
            rope.size("original_max_position_embeddings", maxPositionEmbeddings));
    if (scaling.highFreqFactor() <= scaling.lowFreqFactor()) {
      rope.problem(
          "high_freq_factor "
              + scaling.highFreqFactor()
              + " is not above low_freq_factor "
              + scaling.lowFreqFactor());
    }
    return scaling;
  }

  private static void fullRotation(ConfigJson json) {
    if (json.positive("partial_rotary_factor", 1) != 1) {
      json.problem("partial_rotary_factor is not 1; hone rotates whole heads only");
    }
  }
}
