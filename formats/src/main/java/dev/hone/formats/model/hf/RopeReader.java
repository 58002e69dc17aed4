package dev.hone.formats.model.hf;

import dev.hone.formats.model.Rope;
import dev.hone.formats.model.RopeScaling;
import dev.hone.formats.model.RopeScaling.Llama3;
import dev.hone.formats.model.RopeScaling.Yarn;
import java.util.Optional;

/**
 * Rotary embedding in both styles of {@code config.json}: {@code rope_theta} next to {@code
 * rope_scaling} (whose type is under {@code type} or {@code rope_type}), and Transformers 5's
 * {@code rope_parameters} with everything inside. Where a file has both, Transformers prefers
 * {@code rope_scaling}, and a {@code rope_theta} inside to one outside; so does this.
 */
final class RopeReader {
  private RopeReader() {}

  /**
   * The RoPE of all layers.
   *
   * @param theta where the file has no {@code rope_theta}
   */
  static Rope read(ConfigJson json, double theta, int maxPositions) {
    double outerTheta = json.positive("rope_theta", theta);
    Optional<ConfigJson> parameters =
        json.object("rope_scaling")
            .or(() -> json.object("rope_parameters").map(RopeReader::ofFullAttention));
    double fraction = fraction(json, 1);
    return parameters
        .map(rope -> inside(rope, outerTheta, fraction, maxPositions))
        .orElse(new Rope(outerTheta, fraction, Optional.empty()));
  }

  /** Families whose kinds of attention have each their own RoPE nest it once more. */
  private static ConfigJson ofFullAttention(ConfigJson parameters) {
    return parameters.object("full_attention").orElse(parameters);
  }

  /** What one object of parameters says. */
  static Rope inside(ConfigJson rope, double outerTheta, double outerFraction, int maxPositions) {
    double theta = rope.positive("rope_theta", outerTheta);
    return new Rope(theta, fraction(rope, outerFraction), scaling(rope, maxPositions));
  }

  private static double fraction(ConfigJson json, double normal) {
    double fraction = json.positive("partial_rotary_factor", normal);
    if (fraction > 1) {
      json.problem("partial_rotary_factor " + fraction + " is above 1");
    }
    return Math.min(1, fraction);
  }

  private static Optional<RopeScaling> scaling(ConfigJson rope, int maxPositions) {
    String type = rope.text("rope_type", rope.text("type", "default"));
    return switch (type) {
      case "default" -> Optional.empty();
      case "linear" -> {
        require(rope, type, "factor");
        yield Optional.of(new RopeScaling.Linear(rope.positive("factor", 1)));
      }
      case "llama3" -> Optional.of(llama3(rope, maxPositions));
      case "yarn" -> Optional.of(yarn(rope, maxPositions));
      default -> {
        rope.problem(
            "rope_type is "
                + type
                + ", which hone does not compute; it knows default, linear, llama3 and yarn");
        yield Optional.empty();
      }
    };
  }

  private static void require(ConfigJson rope, String type, String... keys) {
    for (String key : keys) {
      if (rope.value(key).isEmpty()) {
        rope.problem(key + " is missing, rope_type " + type + " needs it");
      }
    }
  }

  private static Llama3 llama3(ConfigJson rope, int maxPositions) {
    require(rope, "llama3", "factor", "low_freq_factor", "high_freq_factor");
    Llama3 scaling =
        new Llama3(
            rope.positive("factor", 1),
            rope.positive("low_freq_factor", 1),
            rope.positive("high_freq_factor", 4),
            rope.size("original_max_position_embeddings", maxPositions));
    if (scaling.highFreqFactor() <= scaling.lowFreqFactor()) {
      rope.problem(
          "high_freq_factor "
              + scaling.highFreqFactor()
              + " is not above low_freq_factor "
              + scaling.lowFreqFactor());
    }
    return scaling;
  }

  /**
   * Cosines and sines grow by {@code 0.1 ln(factor) + 1} (Peng et al. 2023, equation 22), or by the
   * ratio of two such numbers where DeepSeek's {@code mscale} and {@code mscale_all_dim} are set.
   */
  private static Yarn yarn(ConfigJson rope, int maxPositions) {
    int original = rope.size("original_max_position_embeddings", maxPositions);
    double factor = rope.positive("factor", (double) maxPositions / original);
    double attention = growth(factor, 1);
    if (rope.value("mscale").isPresent() && rope.value("mscale_all_dim").isPresent()) {
      attention =
          growth(factor, rope.positive("mscale", 1))
              / growth(factor, rope.positive("mscale_all_dim", 1));
    }
    return new Yarn(
        factor,
        rope.positive("attention_factor", attention),
        rope.positive("beta_fast", 32),
        rope.positive("beta_slow", 1),
        original,
        rope.flag("truncate", true));
  }

  private static double growth(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }
}
