package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.template.TemplateChoice;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.packing.quality.QualitySpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PrepSpecTest {

  @Test
  void everyProblemIsNamedAtOnce() {
    var refusal =
        assertThrows(
            HoneException.class,
            () ->
                new PrepSpec(
                    List.of(dataset("a"), dataset("b"), dataset("a")),
                    List.of(dataset("b"), dataset("c")),
                    Path.of("tokenizer"),
                    1,
                    Packing.BFD,
                    false,
                    0,
                    0.1,
                    false,
                    Set.of(),
                    QualitySpec.NONE,
                    Optional.of(
                        new Mix(
                            MixStrategy.INTERLEAVE_OVER,
                            Mix.Measure.ROWS,
                            List.of(1.0, 2.0),
                            42))));
    for (String problem :
        List.of(
            "dataset a: named twice",
            "dataset b: named twice",
            "sequence_len: 1",
            "min_sample_len: 0",
            "val_set_size: 0.1 together with test_datasets",
            "2 weights for 3 datasets")) {
      assertTrue(refusal.getMessage().contains(problem), refusal.getMessage());
    }
  }

  @Test
  void valSetSizeIsAPartOrAWholeNumber() {
    for (double size : new double[] {0, 0.05, 0.999, 1, 200}) {
      assertEquals(size, spec(size).valSetSize());
    }
    for (double size : new double[] {-0.1, 1.5, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(HoneException.class, () -> spec(size), () -> "val_set_size " + size);
    }
  }

  @Test
  void withoutDatasetsThereIsNothingToDo() {
    var refusal =
        assertThrows(
            HoneException.class,
            () ->
                new PrepSpec(
                    List.of(),
                    List.of(),
                    Path.of("tokenizer"),
                    8,
                    Packing.BFD,
                    false,
                    2,
                    0,
                    false,
                    Set.of(),
                    QualitySpec.NONE));
    assertTrue(refusal.getMessage().startsWith("datasets: empty"));
  }

  private static PrepSpec spec(double valSetSize) {
    return new PrepSpec(
        List.of(dataset("a")),
        List.of(),
        Path.of("tokenizer"),
        8,
        Packing.BFD,
        false,
        2,
        valSetSize,
        false,
        Set.of(),
        QualitySpec.NONE);
  }

  private static PrepDataset dataset(String name) {
    return new PrepDataset(
        name, TemplateChoice.of("chatml"), MaskRules.defaults(), ExcessLength.DROP);
  }
}
