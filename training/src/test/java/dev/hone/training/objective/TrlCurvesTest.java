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
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every loss over pairs is learned as TRL's trainers learn it: the same loss and the same metrics
 * at each step, to 1e-3; see objectives/curves.py.
 */
@Tag("parity")
class TrlCurvesTest {
  private static final int PAIRS_A_STEP = 2;

  /** The trainers of ORPO and CPO take these over padding and prompts too. */
  private static final List<String> OVER_PADDING = List.of("logits/chosen", "logits/rejected");

  static List<String> runs() {
    return TrlCurves.runs().stream().filter(name -> !name.startsWith("kto")).toList();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void stepsAreThoseOfTrl(String name) {
    TrlCurves curves = new TrlCurves();
    Preferences preferences = preferences(name);
    PackList pairs = new PackList(pairs());
    List<List<long[]>> steps = TrlCurves.steps(pairs.size(), PAIRS_A_STEP);
    CausalLm model = curves.model(false, PAIRS_A_STEP * pairs.longest());
    curves.follow(
        name,
        preferences.on(model, pairs, steps),
        steps,
        TrlCurves.EXPECTED.get("learning_rate").doubleValue(),
        (metric, expected) -> skipped(metric, expected, name, preferences));
  }

  private static boolean skipped(
      String metric, JsonNode expected, String name, Preferences preferences) {
    boolean unlike = !name.startsWith("dpo") && OVER_PADDING.contains(metric);
    boolean nothing = metric.equals("nll_loss") && preferences.nllWeight() == 0;
    // Rewards of a model that is its own reference are rounding errors, and so is their order.
    boolean tossed =
        metric.equals("rewards/accuracies")
            && Math.abs(expected.get("rewards/margins").doubleValue()) < 1e-4;
    return unlike || nothing || tossed;
  }

  /** What curves.py asks of TRL, in the words of this project. */
  private static Preferences preferences(String name) {
    return switch (name) {
      case "orpo" -> with(PairLossType.ORPO, 0.1, 0, 1, 1, DivergenceType.REVERSE_KL);
      case "simpo" -> with(PairLossType.SIMPO, 2, 0, 0, 1, DivergenceType.REVERSE_KL);
      case "cpo" -> with(PairLossType.CPO, 0.1, 0, 1, 1, DivergenceType.REVERSE_KL);
      case "cpo smooth" -> with(PairLossType.CPO, 0.1, 0.1, 0.5, 1, DivergenceType.REVERSE_KL);
      case "cpo simpo" -> with(PairLossType.SIMPO, 2, 0, 1, 1, DivergenceType.REVERSE_KL);
      case "dpo ld" -> with(PairLossType.SIGMOID, 0.1, 0, 0, 0.5, DivergenceType.REVERSE_KL);
      case "dpo js" -> with(PairLossType.SIGMOID, 0.1, 0, 0, 1, DivergenceType.JS_DIVERGENCE);
      case "dpo mpo" ->
          new Preferences(
              List.of(
                  new Preferences.Part(PairLossType.SIGMOID, 0.8),
                  new Preferences.Part(PairLossType.BCO_PAIR, 0.2)),
              0.1,
              0,
              DivergenceType.REVERSE_KL,
              1,
              0.5,
              1,
              1);
      default -> {
        PairLossType type = PairLossType.of(name.substring("dpo ".length())).orElseThrow();
        double smoothing =
            type == PairLossType.ROBUST ? 0.1 : type == PairLossType.EXO_PAIR ? 1e-3 : 0;
        yield with(type, 0.1, smoothing, 0, 1, DivergenceType.REVERSE_KL);
      }
    };
  }

  private static Preferences with(
      PairLossType type,
      double beta,
      double smoothing,
      double nllWeight,
      double ldAlpha,
      DivergenceType divergence) {
    return new Preferences(
        List.of(new Preferences.Part(type, 1)),
        beta,
        smoothing,
        divergence,
        1,
        0.5,
        nllWeight,
        ldAlpha);
  }

  private static List<PackedRow> pairs() {
    List<PackedRow> pairs = new ArrayList<>();
    for (JsonNode pair : TrlCurves.EXPECTED.get("pairs")) {
      pairs.add(
          PackedRow.concat(
                  List.of(TrlCurves.answer(pair, "chosen"), TrlCurves.answer(pair, "rejected")))
              .withAnswers(new Answers(true, false)));
    }
    return pairs;
  }
}
