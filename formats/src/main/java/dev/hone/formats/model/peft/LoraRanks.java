package dev.hone.formats.model.peft;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Rank and scale of the branch beside each module. Keys of the patterns are regular expressions for
 * a module's name or its end after a dot; the first that matches holds (PEFT's {@code
 * get_pattern_key}).
 *
 * <p>Example: r 8, alpha 16, rank_pattern {@code {"layers.0.mlp.up_proj": 4}}: that module has rank
 * 4 and scale 4, the others rank 8 and scale 2; with rslora 8 and 5.66.
 *
 * @param r rank where no pattern holds
 * @param alpha {@code lora_alpha} where no pattern holds
 * @param rankPattern {@code rank_pattern}
 * @param alphaPattern {@code alpha_pattern}
 * @param rslora {@code use_rslora}: alpha is divided by the square root of the rank (Kalajdzievski
 *     2023)
 */
public record LoraRanks(
    int r,
    double alpha,
    Map<String, Integer> rankPattern,
    Map<String, Double> alphaPattern,
    boolean rslora)
    implements Serializable {

  public LoraRanks {
    rankPattern = Collections.unmodifiableMap(new LinkedHashMap<>(rankPattern));
    alphaPattern = Collections.unmodifiableMap(new LinkedHashMap<>(alphaPattern));
  }

  /** One rank and scale for all. */
  public static LoraRanks of(int r, double alpha) {
    return new LoraRanks(r, alpha, Map.of(), Map.of(), false);
  }

  /** Rank of the branch of a module. */
  public int rankOf(String module) {
    return find(rankPattern, "rank_pattern", module).orElse(r);
  }

  /** What the branch of a module is multiplied with. */
  public double scaleOf(String module) {
    double rank = rankOf(module);
    return find(alphaPattern, "alpha_pattern", module).orElse(alpha)
        / (rslora ? Math.sqrt(rank) : rank);
  }

  /** Of branches of twice the rank and the same scale. */
  LoraRanks doubled() {
    double factor = rslora ? Math.sqrt(2) : 2;
    Map<String, Integer> ranks = new LinkedHashMap<>(rankPattern);
    ranks.replaceAll((pattern, rank) -> 2 * rank);
    Map<String, Double> alphas = new LinkedHashMap<>(alphaPattern);
    alphas.replaceAll((pattern, value) -> factor * value);
    return new LoraRanks(2 * r, factor * alpha, ranks, alphas, rslora);
  }

  private static <T> Optional<T> find(Map<String, T> patterns, String key, String module) {
    return patterns.entrySet().stream()
        .filter(
            entry ->
                ModulePattern.compile(key, "(.*\\.)?(" + entry.getKey() + ")$")
                    .matcher(module)
                    .lookingAt())
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
