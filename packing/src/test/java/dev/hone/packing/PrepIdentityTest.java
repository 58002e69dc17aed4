package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.template.TemplateChoice;
import dev.hone.formats.tokenizer.DjlTokenizer;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.formats.tokenizer.MaskRules.TrainOnEos;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.packing.DocumentSources.Source;
import dev.hone.packing.quality.ContaminationRule;
import dev.hone.packing.quality.EvaluationGrams;
import dev.hone.packing.quality.LanguageRule;
import dev.hone.packing.quality.NearRule;
import dev.hone.packing.quality.QualitySpec;
import dev.hone.packing.quality.TextRules;
import dev.hone.packing.quality.pii.PiiKind;
import java.io.IOException;
import java.lang.Character.UnicodeScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which changes make another preparation. */
@Tag("unit")
class PrepIdentityTest {
  private static final MaskRules RULES = MaskRules.defaults();
  private static final List<PrepDataset> AB = List.of(dataset("a"), dataset("b"));
  private static final Source A = new Source("a", "a.jsonl", "v1", 3, 2, "1,2");
  private static final Source B = new Source("b", "b.jsonl", "v1", 3, 2, "3,4");

  @TempDir private static Path directory;
  private static Path tokenizer;
  private static Path otherTokenizer;

  @BeforeAll
  static void writeTokenizers() throws IOException {
    tokenizer = ByteTokenizer.write(directory.resolve("tokenizer"));
    otherTokenizer = ByteTokenizer.write(directory.resolve("other"));
    Path json = otherTokenizer.resolve("tokenizer.json");
    Files.writeString(json, Files.readString(json).replace("<|im_start|>", "<|start|>"));
  }

  @Test
  void everyChangedInputGivesItsOwnId() {
    Map<String, String> ids = new HashMap<>();
    add(ids, "base", spec(AB, List.of(), 8, Packing.BFD, false, 2, 0, false), A, B);
    add(ids, "length", spec(AB, List.of(), 9, Packing.BFD, false, 2, 0, false), A, B);
    add(ids, "alone", spec(AB, List.of(), 8, Packing.NONE, false, 2, 0, false), A, B);
    add(ids, "order", spec(AB, List.of(), 8, Packing.BFD, true, 2, 0, false), A, B);
    add(ids, "wrapped", spec(AB, List.of(), 8, Packing.WRAPPED, false, 2, 0, false), A, B);
    for (ExcessLength strategy : ExcessLength.values()) {
      if (strategy != ExcessLength.DROP && strategy != ExcessLength.WHOLE) {
        PrepDataset b = new PrepDataset("b", TemplateChoice.of("chatml"), RULES, strategy);
        add(ids, strategy.key(), spec(List.of(dataset("a"), b), List.of()), A, B);
      }
    }
    add(ids, "minimum", spec(AB, List.of(), 8, Packing.BFD, false, 3, 0, false), A, B);
    add(ids, "held", spec(AB, List.of(), 8, Packing.BFD, false, 2, 0.1, false), A, B);
    add(ids, "dedup", spec(AB, List.of(), 8, Packing.BFD, false, 2, 0, true), A, B);
    add(ids, "eval", spec(AB.subList(0, 1), AB.subList(1, 2)), A, B);
    add(ids, "swapped", spec(List.of(dataset("b"), dataset("a")), List.of()), A, B);
    add(
        ids,
        "template",
        spec(
            List.of(
                dataset("a"),
                new PrepDataset("b", TemplateChoice.of("alpaca"), RULES, ExcessLength.DROP)),
            List.of()),
        A,
        B);
    for (RowSample sample :
        List.of(new RowSample(5, 42), new RowSample(6, 42), new RowSample(5, 7))) {
      PrepDataset b =
          new PrepDataset("b", TemplateChoice.of("chatml"), RULES, ExcessLength.DROP, sample);
      add(ids, sample.toString(), spec(List.of(dataset("a"), b), List.of()), A, B);
    }
    for (Mix mix :
        List.of(
            new Mix(MixStrategy.INTERLEAVE_OVER, Mix.Measure.ROWS, List.of(1.0, 2.0), 42),
            new Mix(MixStrategy.INTERLEAVE_UNDER, Mix.Measure.ROWS, List.of(1.0, 2.0), 42),
            new Mix(MixStrategy.INTERLEAVE_OVER, Mix.Measure.TOKENS, List.of(1.0, 2.0), 42),
            new Mix(MixStrategy.INTERLEAVE_OVER, Mix.Measure.ROWS, List.of(2.0, 1.0), 42),
            new Mix(MixStrategy.INTERLEAVE_OVER, Mix.Measure.ROWS, List.of(1.0, 2.0), 7))) {
      add(ids, mix.toString(), mixed(mix), A, B);
    }
    MaskRules inputs =
        new MaskRules(true, RULES.rolesToTrain(), RULES.trainOnEos(), List.of(), false);
    MaskRules roles =
        new MaskRules(false, Set.of("assistant", "user"), RULES.trainOnEos(), List.of(), false);
    MaskRules noEos = new MaskRules(false, RULES.rolesToTrain(), TrainOnEos.NONE, List.of(), false);
    for (MaskRules rules : List.of(inputs, roles, noEos)) {
      add(
          ids,
          rules.toString(),
          spec(
              List.of(
                  dataset("a"),
                  new PrepDataset("b", TemplateChoice.of("chatml"), rules, ExcessLength.DROP)),
              List.of()),
          A,
          B);
    }
    for (TextRules rules :
        List.of(
            new TextRules(5, 0, 0, 0, Set.of(), 1, Set.of()),
            new TextRules(0, 5, 0, 0, Set.of(), 1, Set.of()),
            new TextRules(0, 0, 5, 0, Set.of(), 1, Set.of()),
            new TextRules(0, 0, 0, 5, Set.of(), 1, Set.of()),
            new TextRules(0, 0, 0, 0, Set.of(UnicodeScript.LATIN), 1, Set.of()),
            new TextRules(0, 0, 0, 0, Set.of(UnicodeScript.LATIN), 0.5, Set.of()),
            new TextRules(
                0,
                0,
                0,
                0,
                Set.of(),
                1,
                Set.of(),
                Set.of(UnicodeScript.LATIN),
                0.5,
                LanguageRule.NONE),
            new TextRules(
                0,
                0,
                0,
                0,
                Set.of(),
                1,
                Set.of(),
                Set.of(UnicodeScript.LATIN),
                0.6,
                LanguageRule.NONE),
            new TextRules(
                0,
                0,
                0,
                0,
                Set.of(),
                1,
                Set.of(),
                Set.of(),
                0,
                new LanguageRule(Set.of("en"), Set.of())),
            new TextRules(
                0,
                0,
                0,
                0,
                Set.of(),
                1,
                Set.of(),
                Set.of(),
                0,
                new LanguageRule(Set.of(), Set.of("en"))),
            new TextRules(0, 0, 0, 0, Set.of(), 1, Set.of(PiiKind.IBAN)))) {
      QualitySpec quality = new QualitySpec(rules, Optional.empty(), Optional.empty());
      add(
          ids,
          rules.toString(),
          spec(AB, List.of(), 8, Packing.BFD, false, 2, 0, false, quality),
          A,
          B);
    }
    for (NearRule rule :
        List.of(new NearRule(0.8, 5, 128), new NearRule(0.7, 5, 128), new NearRule(0.8, 4, 128))) {
      QualitySpec quality = new QualitySpec(TextRules.NONE, Optional.empty(), Optional.of(rule));
      add(
          ids,
          rule.toString(),
          spec(AB, List.of(), 8, Packing.BFD, false, 2, 0, false, quality),
          A,
          B);
    }
    ContaminationRule contamination = new ContaminationRule(8, List.of("asked"));
    QualitySpec decontaminated =
        new QualitySpec(TextRules.NONE, Optional.of(contamination), Optional.empty());
    PrepSpec compared = spec(AB, List.of(), 8, Packing.BFD, false, 2, 0, false, decontaminated);
    add(ids, "contamination", compared, A, B);
    EvaluationGrams.Builder grams = new EvaluationGrams.Builder(contamination);
    grams.add(1, 8, 0);
    ids.put(
        "evaluation rows",
        identity(tokenizer, compared, Optional.of(grams.build()), A, B).prepId());
    ids.put("tokenizer", id(otherTokenizer, spec(AB, List.of()), A, B));

    assertEquals(ids.size(), Set.copyOf(ids.values()).size(), ids::toString);
  }

  @Test
  void theSameInputsGiveTheSameIdWhereverTheTokenizerLies() {
    Path copy = ByteTokenizer.write(directory.resolve("copy"));
    PrepSpec spec = spec(AB, List.of());
    String id = id(tokenizer, spec, A, B);
    assertEquals(id, id(copy, spec, A, B));
    PrepSpec lenient =
        new PrepSpec(
            AB,
            List.of(),
            tokenizer,
            8,
            Packing.BFD,
            false,
            2,
            0,
            false,
            Set.of(Guard.values()),
            QualitySpec.NONE);
    assertEquals(id, id(tokenizer, lenient, A, B), "what is allowed changes no pack");
    assertTrue(id.matches("[0-9a-f]{16}"), id);
  }

  private static PrepSpec mixed(Mix mix) {
    return new PrepSpec(
        AB,
        List.of(),
        tokenizer,
        8,
        Packing.BFD,
        false,
        2,
        0,
        false,
        Set.of(),
        QualitySpec.NONE,
        Optional.of(mix));
  }

  private static void add(Map<String, String> ids, String name, PrepSpec spec, Source... sources) {
    ids.put(name, id(tokenizer, spec, sources));
  }

  @Test
  void otherDocumentsChangeTheContentAndNotTheName() {
    PrepSpec spec = spec(AB, List.of());
    PrepIdentity base = identity(tokenizer, spec, A, B);
    for (Source other :
        List.of(
            new Source("b", "b.jsonl", "v2", 3, 2, "3,4"),
            new Source("b", "b.jsonl", "v1", 3, 2, "3,5"),
            new Source("b", "c.jsonl", "v1", 1, 0, "5,6"))) {
      PrepIdentity changed = identity(tokenizer, spec, A, other);
      assertEquals(base.prepId(), changed.prepId());
      assertNotEquals(base.content(), changed.content());
    }
    assertEquals(base, identity(tokenizer, spec, A, B));
  }

  private static String id(Path tokenizerDirectory, PrepSpec spec, Source... sources) {
    return identity(tokenizerDirectory, spec, sources).prepId();
  }

  private static PrepIdentity identity(Path tokenizerDirectory, PrepSpec spec, Source... sources) {
    return identity(tokenizerDirectory, spec, Optional.empty(), sources);
  }

  private static PrepIdentity identity(
      Path tokenizerDirectory,
      PrepSpec spec,
      Optional<EvaluationGrams> evaluation,
      Source... sources) {
    try (Tokenizer opened = DjlTokenizer.open(tokenizerDirectory)) {
      SampleMaker maker =
          new SampleMaker(
              opened, spec.allDatasets(), spec.lengthRules(), spec.packing().examples());
      return PrepIdentity.of(
          spec, maker, new DocumentSources(List.of(sources)), PackWindow.of(8), evaluation);
    }
  }

  private static PrepDataset dataset(String name) {
    return new PrepDataset(name, TemplateChoice.of("chatml"), RULES, ExcessLength.DROP);
  }

  private static PrepSpec spec(List<PrepDataset> datasets, List<PrepDataset> evalDatasets) {
    return spec(datasets, evalDatasets, 8, Packing.BFD, false, 2, 0, false);
  }

  private static PrepSpec spec(
      List<PrepDataset> datasets,
      List<PrepDataset> evalDatasets,
      int sequenceLen,
      Packing packing,
      boolean fileOrder,
      int minSampleLen,
      double valSetSize,
      boolean dedup) {
    return spec(
        datasets,
        evalDatasets,
        sequenceLen,
        packing,
        fileOrder,
        minSampleLen,
        valSetSize,
        dedup,
        QualitySpec.NONE);
  }

  private static PrepSpec spec(
      List<PrepDataset> datasets,
      List<PrepDataset> evalDatasets,
      int sequenceLen,
      Packing packing,
      boolean fileOrder,
      int minSampleLen,
      double valSetSize,
      boolean dedup,
      QualitySpec quality) {
    return new PrepSpec(
        datasets,
        evalDatasets,
        tokenizer,
        sequenceLen,
        packing,
        fileOrder,
        minSampleLen,
        valSetSize,
        dedup,
        Set.of(),
        quality);
  }
}
