package dev.hone.training.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.training.data.Answers;
import dev.hone.training.data.PackList;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.objective.PairLossType;
import dev.hone.training.objective.PairObjective;
import dev.hone.training.objective.PairSettings;
import dev.hone.training.objective.Preferences;
import dev.hone.training.objective.StepLoss;
import dev.hone.training.optimizer.AdamW;
import dev.hone.training.optimizer.GradientClip;
import dev.hone.training.optimizer.WeightDecay;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * DPO steps of a fixture, with the adapter's base as reference. Pairs of a global batch are cut
 * into one micro-batch of two and one of one, which PyTorch's step does not know of.
 */
final class PreferenceComparison {
  private final String name;
  private final JsonNode dpo;
  private final Kernels kernels;
  private final Checks checks;

  PreferenceComparison(String name, JsonNode dpo, Kernels kernels, Checks checks) {
    this.name = name;
    this.dpo = dpo;
    this.kernels = kernels;
    this.checks = checks;
  }

  /** Tokens of the longest micro-batch. */
  int tokens() {
    return pairs().stream().mapToInt(PackedRow::length).sum();
  }

  private List<PackedRow> pairs() {
    List<PackedRow> pairs = new ArrayList<>();
    for (JsonNode pair : dpo.get("pairs")) {
      pairs.add(
          PackedRow.concat(List.of(answer(pair, "chosen"), answer(pair, "rejected")))
              .withAnswers(new Answers(true, false)));
    }
    return pairs;
  }

  void run(CausalLm model, PairLossType type) {
    double beta = dpo.get("beta").doubleValue();
    PairSettings settings = PairSettings.of(type.with(PairLossType.Settings.of(beta)), beta);
    PackSource packs = Preferences.of(type, beta).measured(model, new PackList(pairs())).packs();
    PairObjective objective = new PairObjective(model, settings);
    AdamW optimizer =
        new AdamW(objective.parameters(), kernels, 0.9, 0.999, 1e-8, new WeightDecay(0.01, true));
    for (JsonNode expected : dpo.get(type.key())) {
      String step = name + " step " + (optimizer.steps() + 1);
      objective.zeroGradients();
      StepLoss loss =
          objective.forwardBackward(
              List.of(PackedRow.concat(List.of(packs.read(0), packs.read(1))), packs.read(2)),
              i -> i);
      GradientClip clip = GradientClip.of(objective.parameters(), kernels, 1);
      checks.near(step + " loss", loss.loss(), expected.get("loss").doubleValue());
      checks.near(step + " grad_norm", clip.norm(), expected.get("grad_norm").doubleValue());
      compare(step, loss.metrics().values(), expected);
      optimizer.step(dpo.get("lr").doubleValue(), clip.coefficient());
    }
  }

  /**
   * Rewards are differences of log-probabilities that are alike, so it is those that are compared:
   * the policy's, and the reference's that a reward is taken from.
   */
  private void compare(String step, Map<String, Double> metrics, JsonNode expected) {
    double beta = dpo.get("beta").doubleValue();
    for (String which : List.of("chosen", "rejected")) {
      int side = which.equals("chosen") ? 0 : 1;
      double logp = metrics.get("logps/" + which);
      checks.near(step + " logps/" + which, logp, mean(expected.get("policy_logps"), side));
      checks.near(
          step + " reference of rewards/" + which,
          logp - metrics.get("rewards/" + which) / beta,
          mean(dpo.get("ref_logps"), side));
    }
  }

  private static double mean(JsonNode pairs, int side) {
    double sum = 0;
    for (JsonNode pair : pairs) {
      sum += pair.get(side).doubleValue();
    }
    return sum / pairs.size();
  }

  private static PackedRow answer(JsonNode pair, String which) {
    int[] prompt = Fixture.ints(pair.get("prompt"));
    int[] answer = Fixture.ints(pair.get(which));
    int[] ids = Arrays.copyOf(prompt, prompt.length + answer.length);
    System.arraycopy(answer, 0, ids, prompt.length, answer.length);
    float[] weights = new float[ids.length];
    Arrays.fill(weights, prompt.length, ids.length, 1);
    return new PackedRow(ids, weights, new int[] {0});
  }
}
