package dev.hone.training.objective;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.training.data.Answers;
import dev.hone.training.data.PackList;
import dev.hone.training.data.PackedRow;
import dev.hone.training.model.CausalLm;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labelled answers are learned from as TRL's KTOTrainer learns from them; see TrlCurvesTest. */
@Tag("parity")
class KtoCurvesTest {
  private static final int ANSWERS_A_STEP = 4;

  /** Two answers share a pack, which has room for every mismatch. */
  @ParameterizedTest
  @ValueSource(
      strings = {"kto", "kto weights", "kto undesirable", "kto adapter", "kto apo_zero_unpaired"})
  void stepsAreThoseOfTrl(String name) {
    follow(name, 2);
  }

  /** No pack is longer than the longest answer, 30 tokens, and so no mismatch is. */
  @ParameterizedTest
  @ValueSource(strings = "kto cut")
  void mismatchesAreCut(String name) {
    follow(name, 1);
  }

  private static void follow(String name, int answersAPack) {
    TrlCurves curves = new TrlCurves();
    PackList packs = new PackList(packs(answersAPack));
    int packsAStep = ANSWERS_A_STEP / answersAPack;
    List<List<long[]>> steps = TrlCurves.steps(packs.size(), packsAStep);
    CausalLm model = curves.model(name.equals("kto adapter"), packsAStep * packs.longest());
    curves.follow(
        name,
        kto(name).on(model, packs, steps),
        steps,
        TrlCurves.EXPECTED.get("kto_learning_rate").doubleValue(),
        (metric, expected) -> false);
  }

  /** What curves.py asks of TRL, in the words of this project. */
  private static Kto kto(String name) {
    return switch (name) {
      case "kto weights" -> new Kto(0.5, 1.3, 0.5, true);
      case "kto undesirable" -> new Kto(0.3, 0, 2, true);
      case "kto apo_zero_unpaired" -> new Kto(0.1, 1, 1, false);
      default -> new Kto(0.1, 1, 1, true);
    };
  }

  private static List<PackedRow> packs(int answersAPack) {
    List<PackedRow> packs = new ArrayList<>();
    List<PackedRow> pack = new ArrayList<>();
    for (JsonNode answer : TrlCurves.EXPECTED.get("labelled")) {
      pack.add(
          TrlCurves.answer(answer, "completion")
              .withAnswers(new Answers(answer.get("label").booleanValue())));
      if (pack.size() == answersAPack) {
        packs.add(PackedRow.concat(pack));
        pack.clear();
      }
    }
    return packs;
  }
}
