package dev.hone.packing;

import dev.hone.formats.HoneException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a mix did, for people. */
final class MixReport {
  private MixReport() {}

  /**
   * A line for each dataset, such as {@code mix: dataset web has 1200 rows; at weight 3 it gives
   * 600 (0.50 times), 30.0 % of the mix}.
   *
   * @param counts of the preparation
   * @return nothing without a mix
   */
  static List<String> lines(PrepSpec spec, PrepCounts counts) {
    List<String> lines = new ArrayList<>();
    spec.mix()
        .ifPresent(
            mix -> {
              boolean rows = mix.measure() == Mix.Measure.ROWS;
              String there = rows ? PrepCounts.MIX_ROWS : PrepCounts.MIX_TOKENS;
              String taken = rows ? PrepCounts.MIXED_ROWS : PrepCounts.MIXED_TOKENS;
              for (int i = 0; i < mix.weights().size(); i++) {
                String dataset = spec.datasets().get(i).name();
                double of = counts.of(dataset, there);
                double given = counts.of(dataset, taken);
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "mix: dataset %s has %.0f %s; at weight %s it gives %.0f (%.2f times), %.1f %% of the mix (asked: %.1f %%)",
                        dataset,
                        of,
                        mix.measure().key(),
                        mix.weights().get(i),
                        given,
                        given / of,
                        100 * given / counts.total(taken),
                        100 * mix.share(i)));
              }
            });
    return lines;
  }

  /**
   * Refuses to mix with nothing.
   *
   * @throws HoneException naming the datasets that have no row to train on
   */
  static void requireRows(PrepSpec spec, PrepCounts counts) {
    if (spec.mix().isEmpty()) {
      return;
    }
    List<String> empty =
        spec.datasets().stream()
            .map(PrepDataset::name)
            .filter(name -> counts.of(name, PrepCounts.MIX_ROWS) == 0)
            .map(
                name ->
                    "%s (%d documents, %d of them refused)"
                        .formatted(
                            name,
                            counts.of(name, PrepCounts.DOCUMENTS),
                            counts.of(name, PrepCounts.REFUSED)))
            .toList();
    if (!empty.isEmpty()) {
      throw new HoneException(
          "mix_strategy %s: no row to train on in dataset %s, and nothing times any weight is nothing; correct its rows, of which table quarantine says what is wrong, or take its entry out of datasets"
              .formatted(spec.mix().get().strategy().key(), String.join(", ", empty)));
    }
  }
}
