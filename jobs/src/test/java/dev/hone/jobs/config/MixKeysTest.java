package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.packing.Mix;
import dev.hone.packing.MixStrategy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class MixKeysTest {
  private static final String HEAD =
      """
      base_model: /no/such/model
      learning_rate: 1e-4
      """;

  @TempDir private Path folder;

  private static String datasets(String first, String second) {
    return """
    datasets:
      - {path: a.jsonl, type: completion%s}
      - {path: b.jsonl, type: completion%s}
    """
        .formatted(first, second);
  }

  private Optional<Mix> mix(String yaml) {
    return new ConfigTexts(folder).read(HEAD + yaml).data().mix();
  }

  private static Optional<Mix> under(Mix.Measure measure, long seed, Double... weights) {
    return Optional.of(new Mix(MixStrategy.INTERLEAVE_UNDER, measure, List.of(weights), seed));
  }

  @Test
  void weightsAreWrittenInTheEntriesOrAsProbabilities() {
    String plain = datasets("", "");
    assertEquals(Optional.empty(), mix(plain));
    assertEquals(Optional.empty(), mix(plain + "mix_strategy: concat\n"));
    String under = "mix_strategy: interleave_under\n";
    assertEquals(under(Mix.Measure.ROWS, 42, 1.0, 1.0), mix(plain + under));
    assertEquals(
        under(Mix.Measure.ROWS, 42, 3.0, 0.5),
        mix(datasets(", weight: 3", ", weight: 0.5") + under));
    for (String probs : List.of("[0.75, 0.25]", "0.75, 0.25", "'0.75,0.25'")) {
      assertEquals(
          under(Mix.Measure.TOKENS, 7, 0.75, 0.25),
          mix(plain + under + "weight_by: tokens\nseed: 7\ninterleave_probs: " + probs + "\n"),
          probs);
    }
    assertEquals(
        MixStrategy.INTERLEAVE_OVER,
        mix(plain + "mix_strategy: interleave_over\n").orElseThrow().strategy());
  }

  @Test
  void aWeightNeedsAMix() {
    String noMix =
        "has no effect under mix_strategy: concat, which takes every row once; set mix_strategy:"
            + " interleave_under or interleave_over, or remove it";
    assertEquals(
        List.of(
            "config.yaml:5: datasets.1.weight: " + noMix,
            "config.yaml:6: interleave_probs: " + noMix,
            "config.yaml:7: weight_by: " + noMix,
            "config.yaml:9: test_datasets.0.weight: test_datasets are held out whole and never"
                + " mixed; remove it"),
        problems(
            datasets("", ", weight: 2"),
            """
            interleave_probs: [0.5, 0.5]
            weight_by: tokens
            test_datasets:
              - {path: c.jsonl, type: completion, weight: 1}
            """));
  }

  @Test
  void everyEntryHasOneWeightAndOnlyOne() {
    assertEquals(
        List.of(
            "config.yaml:4: datasets.0.weight: missing, and other entries have one; give one to"
                + " each, or to none for equal weights"),
        problems(datasets("", ", weight: 2"), "mix_strategy: interleave_over\n"));
    assertEquals(
        List.of(
            "config.yaml:7: interleave_probs: together with datasets.0.weight (config.yaml:4),"
                + " which says the same; keep one of the two"),
        problems(
            datasets(", weight: 1", ", weight: 2"),
            "mix_strategy: interleave_over\ninterleave_probs: [0.5, 0.5]\n"));
    assertEquals(
        List.of(
            "config.yaml:7: interleave_probs: 3 numbers for the 2 entries of datasets; give one to"
                + " each"),
        problems(
            datasets("", ""),
            "mix_strategy: interleave_over\ninterleave_probs: [0.5, 0.2, 0.3]\n"));
  }

  @Test
  void weightsAreNumbersAboveZero() {
    assertEquals(
        List.of(
            "config.yaml:4: datasets.0.weight: '0' is not a number above 0",
            "config.yaml:5: datasets.1.weight: '.nan' is not a number above 0",
            "config.yaml:6: mix_strategy: 'interleave' is not one of concat, interleave_under,"
                + " interleave_over",
            "config.yaml:7: weight_by: 'row' is not one of rows, tokens; did you mean rows?"),
        problems(
            datasets(", weight: 0", ", weight: .nan"),
            "mix_strategy: interleave\nweight_by: row\n"));
    for (String probs : List.of("[0.5, -0.5]", "[0.5, NaN]", "'0.5,'", "[0.5, [0.5]]")) {
      assertEquals(
          1,
          problems(
                  datasets("", ""),
                  "mix_strategy: interleave_over\ninterleave_probs: %s\n".formatted(probs))
              .stream()
              .filter(problem -> problem.endsWith("is not a list of numbers above 0"))
              .count(),
          probs);
    }
  }

  private List<String> problems(String datasets, String more) {
    return new ConfigTexts(folder).problems(HEAD + datasets + more);
  }
}
