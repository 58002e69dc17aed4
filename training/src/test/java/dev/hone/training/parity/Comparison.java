package dev.hone.training.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.peft.PeftAdapter;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.model.LossSum;
import dev.hone.training.model.Parameter;
import dev.hone.training.objective.PairLossType;
import dev.hone.training.optimizer.AdamW;
import dev.hone.training.optimizer.GradientClip;
import dev.hone.training.optimizer.WeightDecay;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Computes everything that a fixture expects, and compares. */
final class Comparison {
  private final Fixture fixture;
  private final Kernels kernels;
  private final Checks checks;
  private final String name;
  private final ModelDirectory base;

  Comparison(Fixture fixture, Kernels kernels, Checks checks) {
    this.fixture = fixture;
    this.kernels = kernels;
    this.checks = checks;
    this.name = fixture.dir().getFileName().toString();
    this.base = ModelDirectory.open(fixture.dir().resolve("model"));
  }

  void run() {
    compareGreedy(load(Optional.empty()));
    runWithoutDecoding();
  }

  /** Which of two likely tokens is the likelier may depend on rounding. */
  void runWithoutDecoding() {
    CausalLm full = load(Optional.empty());
    compareLogits(full);
    compareGradients(full);
    compareCurve(full, "sft_full");
    compareCurve(load(Optional.of(adapter())), "sft_lora");
  }

  /** The same of pairs: an objective over the passes that {@link #run} compares. */
  void runPreferences() {
    for (PairLossType type : List.of(PairLossType.SIGMOID, PairLossType.HINGE, PairLossType.IPO)) {
      PreferenceComparison comparison =
          new PreferenceComparison(
              name + " dpo " + type.key(), fixture.expected().get("dpo"), kernels, checks);
      comparison.run(
          CausalLm.load(base, Optional.of(adapter()), kernels, comparison.tokens(), 0), type);
    }
  }

  private CausalLm load(Optional<LoraSpec> lora) {
    return CausalLm.load(base, lora, kernels, fixture.longestRow(), 0);
  }

  private LoraSpec adapter() {
    Path dir = fixture.dir().resolve("adapter");
    return new LoraSpec(
        PeftAdapter.open(dir, base.tensors()).config().settings(), Optional.of(dir));
  }

  private void compareLogits(CausalLm model) {
    for (JsonNode logits : fixture.expected().get("logits")) {
      PackedRow row = fixture.rows().get(logits.get("row").intValue());
      int position = logits.get("position").intValue();
      checks.near(
          name + " logits at " + position,
          model.logits(row, position),
          Fixture.doubles(logits.get("values")));
    }
  }

  private void compareGreedy(CausalLm model) {
    JsonNode greedy = fixture.expected().get("greedy");
    int[] expected = Fixture.ints(greedy.get("continuation"));
    int[] actual = model.generate(Fixture.ints(greedy.get("prompt")), expected.length, Set.of());
    checks.equal(name + " greedy", Arrays.toString(actual), Arrays.toString(expected));
  }

  private void compareGradients(CausalLm model) {
    double expectedLoss = fixture.expected().get("loss").doubleValue();
    LossSum held = LossSum.ZERO;
    for (PackedRow row : fixture.rows()) {
      held = held.plus(model.evaluate(row));
    }
    checks.near(name + " loss without gradients", held.mean(), expectedLoss);
    model.zeroGradients();
    checks.near(name + " loss", passes(model).mean(), expectedLoss);
    Map<String, Double> norms = new TreeMap<>();
    for (Parameter parameter : model.parameters()) {
      norms.put(parameter.name(), Math.sqrt(kernels.sumOfSquares(parameter.gradient())));
    }
    Set<String> names = new TreeSet<>();
    fixture.expected().get("grad_norms").fieldNames().forEachRemaining(names::add);
    checks.equal(name + " parameter names", norms.keySet(), names);
    for (String parameter : names) {
      checks.near(
          name + " gradient norm of " + parameter,
          norms.getOrDefault(parameter, Double.NaN),
          fixture.expected().get("grad_norms").get(parameter).doubleValue());
    }
  }

  /** All rows, one after the other, adding up to the gradient of the mean loss. */
  private LossSum passes(CausalLm model) {
    LossSum sum = LossSum.ZERO;
    for (PackedRow row : fixture.rows()) {
      sum = sum.plus(model.forwardBackward(row, 1 / fixture.targets()));
    }
    return sum;
  }

  private void compareCurve(CausalLm model, String key) {
    JsonNode run = fixture.expected().get(key);
    AdamW optimizer =
        new AdamW(
            model.parameters(),
            kernels,
            run.get("betas").get(0).doubleValue(),
            run.get("betas").get(1).doubleValue(),
            run.get("eps").doubleValue(),
            new WeightDecay(run.get("weight_decay").doubleValue(), true));
    double maxNorm = run.get("max_grad_norm").doubleValue();
    for (JsonNode expected : run.get("steps")) {
      String step = name + " " + key + " step " + (optimizer.steps() + 1);
      model.zeroGradients();
      double loss = passes(model).mean();
      GradientClip clip = GradientClip.of(model.parameters(), kernels, maxNorm);
      checks.near(step + " loss", loss, expected.get("loss").doubleValue());
      checks.near(step + " grad_norm", clip.norm(), expected.get("grad_norm").doubleValue());
      optimizer.step(run.get("lr").doubleValue(), clip.coefficient());
    }
    checks.equal(name + " " + key + " has steps", optimizer.steps() > 0, true);
  }
}
