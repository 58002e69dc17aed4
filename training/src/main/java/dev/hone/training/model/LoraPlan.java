package dev.hone.training.model;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.peft.LoraTargets;
import dev.hone.formats.model.peft.PeftAdapter;
import dev.hone.training.kernels.CounterRandom;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.layers.Weight;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which modules of a model an adapter changes, and what its matrices are before training. */
final class LoraPlan {
  private final LoraSpec spec;
  private final Set<String> modules;
  private final Optional<PeftAdapter> adapter;

  private LoraPlan(LoraSpec spec, Set<String> modules, Optional<PeftAdapter> adapter) {
    this.spec = spec;
    this.modules = modules;
    this.adapter = adapter;
  }

  /**
   * Resolves the targets against a model.
   *
   * @throws HoneException if a target names nothing, or the adapter to start from is another one
   *     than the settings describe
   */
  static LoraPlan of(LoraSpec spec, ModelDirectory base) {
    Set<String> modules = LoraTargets.resolve(spec.targetModules(), base.tensors()).keySet();
    Optional<PeftAdapter> adapter = spec.from().map(dir -> PeftAdapter.open(dir, base.tensors()));
    adapter.ifPresent(found -> check(spec, modules, found));
    return new LoraPlan(spec, modules, adapter);
  }

  private static void check(LoraSpec spec, Set<String> modules, PeftAdapter adapter) {
    List<String> problems = new ArrayList<>();
    if (adapter.config().r() != spec.r()) {
      problems.add("r is " + adapter.config().r() + " there and " + spec.r() + " here");
    }
    if (adapter.config().alpha() != spec.alpha()) {
      problems.add("alpha is " + adapter.config().alpha() + " there and " + spec.alpha() + " here");
    }
    if (!adapter.modules().keySet().equals(modules)) {
      problems.add(
          "it changes " + adapter.modules().size() + " modules and the settings " + modules.size());
    }
    if (!problems.isEmpty()) {
      throw new HoneException(
          "the adapter %s cannot be continued with these LoRA settings: %s; set lora_r, lora_alpha and lora_target_modules to the adapter's"
              .formatted(spec.from().orElseThrow(), String.join("; ", problems)));
    }
  }

  LoraSpec spec() {
    return spec;
  }

  /** Whether a module, such as model.layers.0.mlp.up_proj, has an adapter. */
  boolean adapts(String module) {
    return modules.contains(module);
  }

  double scale() {
    return spec.alpha() / spec.r();
  }

  Weight a(String module, int in) {
    return Weight.trained(PeftAdapter.nameOfA(module), spec.r(), in);
  }

  Weight b(String module, int out) {
    return Weight.trained(PeftAdapter.nameOfB(module), out, spec.r());
  }

  /**
   * Fills a matrix: from the adapter to start from; else A uniform in ±1/sqrt(in), which is
   * Kaiming's with a = sqrt(5), and B zero, so that training starts at the base model.
   */
  void initialise(Weight weight, long seed, Kernels kernels) {
    if (adapter.isPresent()) {
      WeightLoader.load(adapter.get().weights(), weight.name(), kernels, weight.value());
    } else if (weight.name().endsWith(".lora_A.weight")) {
      float[] values = new float[Math.toIntExact(weight.length())];
      long own = CounterRandom.bits(seed, weight.name().hashCode());
      double bound = 1 / Math.sqrt((double) weight.shape()[1]);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (bound * (2 * CounterRandom.uniform(own, i) - 1));
      }
      kernels.write(FloatBuffer.wrap(values), weight.value(), 0);
    } else {
      kernels.zero(weight.value());
    }
  }
}
