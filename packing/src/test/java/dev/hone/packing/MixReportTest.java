package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hone.formats.HoneException;
import dev.hone.formats.template.TemplateChoice;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.packing.quality.QualitySpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class MixReportTest {
  private static final PrepCounts COUNTS =
      new PrepCounts(
          Map.of(
              "web",
              Map.of(
                  "mix_rows",
                  1000L,
                  "mix_tokens",
                  5000L,
                  "mixed_rows",
                  250L,
                  "mixed_tokens",
                  1300L),
              "chats",
              Map.of(
                  "mix_rows", 50L, "mix_tokens", 2600L, "mixed_rows", 50L, "mixed_tokens", 2600L)));

  @Test
  void aLineForEachDatasetInTheirOrder() {
    assertEquals(
        List.of(
            "mix: dataset web has 1000 rows; at weight 5.0 it gives 250 (0.25 times), 83.3 % of the"
                + " mix (asked: 83.3 %)",
            "mix: dataset chats has 50 rows; at weight 1.0 it gives 50 (1.00 times), 16.7 % of the"
                + " mix (asked: 16.7 %)"),
        MixReport.lines(spec(Optional.of(mix(Mix.Measure.ROWS, 5.0, 1.0))), COUNTS));
    assertEquals(
        "mix: dataset web has 5000 tokens; at weight 0.5 it gives 1300 (0.26 times), 33.3 % of the"
            + " mix (asked: 33.3 %)",
        MixReport.lines(spec(Optional.of(mix(Mix.Measure.TOKENS, 0.5, 1.0))), COUNTS).get(0));
    assertEquals(List.of(), MixReport.lines(spec(Optional.empty()), COUNTS));
  }

  @Test
  void nothingCanBeMixedWithNothing() {
    PrepSpec mixed = spec(Optional.of(mix(Mix.Measure.ROWS, 5.0, 1.0)));
    MixReport.requireRows(mixed, COUNTS);
    PrepCounts empty =
        new PrepCounts(
            Map.of(
                "web", Map.of("documents", 3L, "refused", 2L, "mix_rows", 0L),
                "chats", Map.of("documents", 3L, "mix_rows", 3L)));
    assertEquals(
        "mix_strategy interleave_under: no row to train on in dataset web (3 documents, 2 of them"
            + " refused), and nothing times any weight is nothing; correct its rows, of which table"
            + " quarantine says what is wrong, or take its entry out of datasets",
        assertThrows(HoneException.class, () -> MixReport.requireRows(mixed, empty)).getMessage());
    MixReport.requireRows(spec(Optional.empty()), empty);
  }

  private static Mix mix(Mix.Measure measure, Double... weights) {
    return new Mix(MixStrategy.INTERLEAVE_UNDER, measure, List.of(weights), 42);
  }

  private static PrepSpec spec(Optional<Mix> mix) {
    return new PrepSpec(
        Stream.of("web", "chats")
            .map(
                name ->
                    new PrepDataset(
                        name, TemplateChoice.of("chatml"), MaskRules.defaults(), ExcessLength.DROP))
            .toList(),
        List.of(),
        Path.of("tokenizer"),
        8,
        Packing.BFD,
        false,
        2,
        0,
        false,
        Set.of(),
        QualitySpec.NONE,
        mix);
  }
}
