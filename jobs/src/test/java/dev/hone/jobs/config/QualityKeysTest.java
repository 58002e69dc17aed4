package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.packing.quality.ContaminationRule;
import dev.hone.packing.quality.LanguageRule;
import dev.hone.packing.quality.NearRule;
import dev.hone.packing.quality.QualitySpec;
import dev.hone.packing.quality.TextRules;
import dev.hone.packing.quality.pii.PiiKind;
import java.io.IOException;
import java.lang.Character.UnicodeScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class QualityKeysTest {
  @TempDir Path folder;

  @Test
  void withoutTheKeysNothingIsFiltered() throws IOException {
    assertEquals(QualitySpec.NONE, read("").data().quality());
  }

  @Test
  void theKeysBecomeRules() throws IOException {
    HoneConfig config =
        read(
            """
            min_text_chars: 2
            max_text_chars: 90
            min_text_words: 1
            max_text_words: 9
            allowed_scripts: [Latin, Grek]
            allowed_scripts_share: 0.5
            excluded_scripts: Han
            excluded_scripts_share: 0.1
            allowed_languages: [en, deu]
            excluded_languages: nb
            pii_quarantine: [email, iban]
            """);
    assertEquals(
        new TextRules(
            2,
            90,
            1,
            9,
            Set.of(UnicodeScript.LATIN, UnicodeScript.GREEK),
            0.5,
            Set.of(PiiKind.EMAIL, PiiKind.IBAN),
            Set.of(UnicodeScript.HAN),
            0.1,
            new LanguageRule(Set.of("en", "de"), Set.of("no"))),
        config.data().quality().text());
    assertEquals(
        Set.of(PiiKind.values()), read("pii_quarantine: all\n").data().quality().text().pii());
  }

  @Test
  void nearDuplicatesAreFoundOnlyIfAskedFor() throws IOException {
    assertEquals(
        Optional.of(new NearRule(0.7, 5, 128)),
        read("near_deduplication: true\nnear_deduplication_threshold: 0.7\n")
            .data()
            .quality()
            .near());
    HoneConfig idle = read("near_deduplication_shingle: 3\n");
    assertEquals(Optional.empty(), idle.data().quality().near());
    assertTrue(
        idle.notices()
            .contains("near_deduplication_shingle: no effect without near_deduplication: true"));
  }

  @Test
  void rowsAreComparedWithEveryEvaluationSet() throws IOException {
    HoneConfig config =
        read(
            """
            decontamination: true
            test_datasets: [{path: held.jsonl, type: alpaca}]
            exact_match_datasets: [{path: asked.jsonl}]
            """);
    assertEquals(
        Optional.of(new ContaminationRule(13, List.of("held", "asked"))),
        config.data().quality().contamination());
    HoneConfig idle = read("decontamination_ngram: 8\n");
    assertEquals(Optional.empty(), idle.data().quality().contamination());
    assertTrue(
        idle.notices().contains("decontamination_ngram: no effect without decontamination: true"));
    assertProblem("decontamination: true\n", "there is nothing to compare rows with");
  }

  @Test
  void whatCannotBeIsNamed() {
    assertProblem("min_text_words: 9\nmax_text_words: 3\n", "min_text_words: 9 is more than");
    assertProblem("allowed_scripts: [Klingon]\n", "'Klingon' is no script");
    assertProblem("allowed_languages: [Klingon]\n", "'Klingon' is no language that can be told");
    assertProblem("excluded_scripts: [Klingon]\n", "'Klingon' is no script");
    assertProblem("pii_quarantine: [emails]\n", "did you mean email");
  }

  @Test
  void aShareAloneDoesNothing() throws IOException {
    assertTrue(
        read("allowed_scripts_share: 0.5\n")
            .notices()
            .contains("allowed_scripts_share: no effect without allowed_scripts"));
    assertTrue(
        read("excluded_scripts_share: 0.5\n")
            .notices()
            .contains("excluded_scripts_share: no effect without excluded_scripts"));
  }

  private void assertProblem(String keys, String problem) {
    var refusal = assertThrows(ConfigException.class, () -> read(keys));
    assertTrue(refusal.getMessage().contains(problem), refusal.getMessage());
  }

  private HoneConfig read(String keys) throws IOException {
    Path file = Files.writeString(folder.resolve("config.yaml"), ConfigTexts.MINIMAL + keys);
    return HoneConfig.read(file, List.of(), Map.of());
  }
}
