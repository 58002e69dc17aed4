package dev.hone.training.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.data.Answers;
import dev.hone.training.data.PackList;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.optimizer.AdamW;
import dev.hone.training.optimizer.GradientClip;
import dev.hone.training.optimizer.WeightDecay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every loss over pairs is learned as TRL's trainers learn it: the same loss and the same metrics
 * at each step, to 1e-3; see objectives/curves.py.
 */
@Tag("parity")
class TrlCurvesTest {
  private static final JsonNode EXPECTED = read();
  private static final double TOLERANCE = 1e-3;
  private static final int PAIRS_A_STEP = 2;

  /** The trainers of ORPO and CPO take these over padding and prompts too. */
  private static final List<String> OVER_PADDING = List.of("logits/chosen", "logits/rejected");

  static List<String> runs() {
    List<String> names = new ArrayList<>();
    EXPECTED.get("runs").fieldNames().forEachRemaining(names::add);
    return names;
  }

  @ParameterizedTest
  @MethodSource("runs")
  void stepsAreThoseOfTrl(String name) {
    Kernels kernels = new CpuKernels(2);
    Preferences preferences = preferences(name);
    PackList pairs = new PackList(pairs());
    CausalLm model =
        CausalLm.load(
            ModelDirectory.open(Path.of("src/test/resources/parity/llama/model")),
            Optional.empty(),
            kernels,
            PAIRS_A_STEP * pairs.longest(),
            0);
    ObjectiveSpec.Learning learning =
        preferences.on(model, pairs, LongStream.range(0, pairs.size()));
    Objective objective = learning.objective();
    AdamW optimizer =
        new AdamW(objective.parameters(), kernels, 0.9, 0.999, 1e-8, new WeightDecay(0, true));
    long next = 0;
    for (JsonNode expected : EXPECTED.get("runs").get(name)) {
      String step = name + " step " + (optimizer.steps() + 1);
      objective.zeroGradients();
      StepLoss loss =
          objective.forwardBackward(List.of(microBatch(learning.packs(), next)), i -> i);
      next += PAIRS_A_STEP;
      GradientClip clip = GradientClip.of(objective.parameters(), kernels, 1);
      Map<String, Double> actual = new TreeMap<>(loss.metrics().values());
      actual.put("loss", loss.loss());
      actual.put("grad_norm", clip.norm());
      compare(step, name.startsWith("dpo"), actual, expected);
      optimizer.step(EXPECTED.get("learning_rate").doubleValue(), clip.coefficient());
    }
    assertEquals(pairs.size(), next, "every pair was learned from");
  }

  private static void compare(
      String step, boolean dpo, Map<String, Double> actual, JsonNode expected) {
    TreeSet<String> missing = new TreeSet<>();
    for (Iterator<String> names = expected.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      boolean unlike = !dpo && OVER_PADDING.contains(name);
      boolean nothing = name.equals("nll_loss") && !actual.containsKey(name);
      // Rewards of a model that is its own reference are rounding errors, and so is their order.
      boolean tossed =
          name.equals("rewards/accuracies")
              && Math.abs(expected.get("rewards/margins").doubleValue()) < 1e-4;
      if (unlike || nothing || tossed) {
        continue;
      }
      if (!actual.containsKey(name)) {
        missing.add(name);
        continue;
      }
      double value = expected.get(name).doubleValue();
      assertTrue(
          Math.abs(actual.get(name) - value) <= TOLERANCE * Math.max(1, Math.abs(value)),
          () -> step + " " + name + ": " + actual.get(name) + ", expected " + value);
    }
    assertEquals(new TreeSet<String>(), missing, step);
  }

  private static PackedRow microBatch(PackSource packs, long from) {
    return PackedRow.concat(
        LongStream.range(from, from + PAIRS_A_STEP).mapToObj(packs::read).toList());
  }

  /** What curves.py asks of TRL, in the words of this project. */
  private static Preferences preferences(String name) {
    return switch (name) {
      case "orpo" -> with(PairLossType.ORPO, 0.1, 0, 1, 1, DivergenceType.REVERSE_KL);
      case "simpo" -> with(PairLossType.SIMPO, 2, 0, 0, 1, DivergenceType.REVERSE_KL);
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
    for (JsonNode pair : EXPECTED.get("pairs")) {
      pairs.add(
          PackedRow.concat(List.of(answer(pair, "chosen"), answer(pair, "rejected")))
              .withAnswers(new Answers(true, false)));
    }
    return pairs;
  }

  private static PackedRow answer(JsonNode pair, String which) {
    int[] prompt = ints(pair.get("prompt"));
    int[] answer = ints(pair.get(which));
    int[] ids = Arrays.copyOf(prompt, prompt.length + answer.length);
    System.arraycopy(answer, 0, ids, prompt.length, answer.length);
    float[] weights = new float[ids.length];
    Arrays.fill(weights, prompt.length, ids.length, 1);
    return new PackedRow(ids, weights, new int[] {0});
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }

  private static JsonNode read() {
    try {
      return new JsonMapper().readTree(TrlCurvesTest.class.getResource("/objectives/curves.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
