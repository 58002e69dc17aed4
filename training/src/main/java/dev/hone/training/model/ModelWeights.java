package dev.hone.training.model;

import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.MemoryUse;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.layers.Weight;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The weights of a model and of its adapter, by their names: each is there once, however many
 * decoders read it.
 */
final class ModelWeights {

  /** What a branch began as, where that is taken out of its weight. */
  record Start(Tensor a, Tensor b) {}

  private final ModelDirectory base;
  private final Optional<LoraPlan> lora;
  private final Unfrozen unfrozen;
  private final Kernels kernels;
  private final Map<String, Weight> known = new HashMap<>();
  private final Map<String, Weight> frozen = new HashMap<>();
  private final Map<String, Tensor> squares = new HashMap<>();
  private final Map<String, Start> starts = new HashMap<>();
  private long baseBytes;

  ModelWeights(ModelDirectory base, Optional<LoraPlan> lora, Unfrozen unfrozen, Kernels kernels) {
    this.base = base;
    this.lora = lora;
    this.unfrozen = unfrozen;
    this.kernels = kernels.forUse(MemoryUse.FROZEN);
    unfrozen.check(base.tensors());
  }

  /** Memory of the base model's weights that were asked for. */
  long baseBytes() {
    return baseBytes;
  }

  /**
   * Of the base model: trained in full fine-tuning as far as it is unfrozen; beside an adapter, if
   * it is trained with it; frozen if quantized.
   */
  Weight weight(String name) {
    boolean all = lora.isEmpty() && !base.weights().isQuantized() && unfrozen.trains(name);
    return part(name).orElseGet(() -> all ? base(name, () -> trained(name)) : frozen(name));
  }

  private Weight trained(String name) {
    return Weight.trained(name, base.weights().info(name).shape());
  }

  /** As it is in the base model, whatever else is trained. */
  Weight frozen(String name) {
    return frozen.computeIfAbsent(
        name,
        key -> {
          Tensor value = WeightLoader.frozen(base.weights(), name, kernels);
          baseBytes += value.bytes();
          return Weight.frozen(name, value);
        });
  }

  /** A tensor of the base model that is trained beside an adapter. */
  Optional<Weight> part(String tensor) {
    return lora.flatMap(plan -> plan.part(tensor)).map(weight -> base(tensor, () -> weight));
  }

  private Weight base(String name, Supplier<Weight> made) {
    return known.computeIfAbsent(
        name,
        key -> {
          Weight weight = made.get();
          baseBytes += weight.length() * kernels.dataType().width();
          return weight;
        });
  }

  /** A trained weight of an adapter; that of the same name if there is one. */
  Weight ofAdapter(Weight weight) {
    return known.computeIfAbsent(weight.name(), name -> weight);
  }

  /** The squared lengths of the rows of a module's weight, {@code [out]}. */
  Tensor squares(LoraPlan plan, String module, Weight weight) {
    return squares.computeIfAbsent(
        module,
        key -> {
          Tensor made = kernels.allocate(weight.shape()[0]);
          plan.measureLater(module, weight, made);
          return made;
        });
  }

  /** What the branch of a module begins as. */
  Start start(LoraPlan plan, String module, Weight weight) {
    return starts.computeIfAbsent(
        module,
        key -> {
          Tensor a = kernels.operand(plan.rank(module), weight.shape()[1]);
          Tensor b = kernels.operand(weight.shape()[0], plan.rank(module));
          plan.startLater(module, weight, a, b);
          return new Start(a, b);
        });
  }
}
