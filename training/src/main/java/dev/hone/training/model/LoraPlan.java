package dev.hone.training.model;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.peft.LoraInit;
import dev.hone.formats.model.peft.LoraRanks;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.formats.model.peft.PeftAdapter;
import dev.hone.formats.model.peft.TrainedParts;
import dev.hone.formats.model.safetensors.TensorSource;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.layers.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which modules of a model an adapter changes, and what its matrices are before training. */
final class LoraPlan {
  private final LoraSpec spec;
  private final ModelDirectory base;
  private final Set<String> modules;
  private final Map<String, TrainedParts.Part> parts; // by the tensor's name in the model
  private final Optional<PeftAdapter> adapter;
  private final Map<String, RowSquares> rows = new HashMap<>(); // by module, with DoRA
  private final Map<String, BranchStart> starts =
      new HashMap<>(); // by module, if parts of the weights

  private LoraPlan(
      LoraSpec spec,
      ModelDirectory base,
      Set<String> modules,
      Map<String, TrainedParts.Part> parts,
      Optional<PeftAdapter> adapter) {
    this.spec = spec;
    this.base = base;
    this.modules = modules;
    this.parts = parts;
    this.adapter = adapter;
  }

  /**
   * Resolves the targets against a model.
   *
   * @throws HoneException if a target names nothing, or the adapter to start from is another one
   *     than the settings describe
   */
  static LoraPlan of(LoraSpec spec, ModelDirectory base) {
    Map<String, long[]> shapes = spec.settings().modules(base.tensors());
    if (spec.from().isEmpty() && spec.settings().init().ofWeights()) {
      checkParts(spec.settings(), shapes);
    }
    Set<String> modules = shapes.keySet();
    Optional<PeftAdapter> adapter = spec.from().map(dir -> PeftAdapter.open(dir, base.tensors()));
    adapter.ifPresent(found -> check(spec, modules, found));
    return new LoraPlan(spec, base, modules, spec.settings().parts(base.tensors()), adapter);
  }

  /** What branches that begin as parts of their weights cannot be. */
  private static void checkParts(LoraSettings settings, Map<String, long[]> shapes) {
    if (settings.dora()) {
      throw new HoneException(
          "use_dora together with init_lora_weights olora or pissa is not supported: the lengths of rows would be those of a weight without its start; use one of the two");
    }
    shapes.forEach(
        (module, shape) -> {
          int rank = settings.ranks().rankOf(module);
          if (rank > Math.min(shape[0], shape[1])) {
            throw new HoneException(
                "r of %s is %d, but a weight %s has %d rows and columns to begin from at most; lower lora_r, or use init_lora_weights: true"
                    .formatted(module, rank, Arrays.toString(shape), Math.min(shape[0], shape[1])));
          }
        });
  }

  private static void check(LoraSpec spec, Set<String> modules, PeftAdapter adapter) {
    List<String> problems = new ArrayList<>();
    if (!adapter.modules().keySet().equals(modules)) {
      problems.add(
          "it changes " + adapter.modules().size() + " modules and the settings " + modules.size());
    }
    if (adapter.config().settings().dora() != spec.settings().dora()) {
      problems.add(
          "use_dora is %s there and %s here"
              .formatted(adapter.config().settings().dora(), spec.settings().dora()));
    }
    if (!adapter.config().settings().parts().equals(spec.settings().parts())) {
      problems.add(
          "bias and modules_to_save are %s there and %s here"
              .formatted(adapter.config().settings().parts(), spec.settings().parts()));
    }
    LoraRanks there = adapter.config().settings().ranks();
    LoraRanks here = spec.settings().ranks();
    modules.stream()
        .filter(module -> there.rankOf(module) != here.rankOf(module))
        .findFirst()
        .ifPresent(
            module ->
                problems.add(
                    "r of %s is %d there and %d here"
                        .formatted(module, there.rankOf(module), here.rankOf(module))));
    modules.stream()
        .filter(module -> there.scaleOf(module) != here.scaleOf(module))
        .findFirst()
        .ifPresent(
            module ->
                problems.add(
                    "the scale of %s is %s there and %s here"
                        .formatted(module, there.scaleOf(module), here.scaleOf(module))));
    if (!problems.isEmpty()) {
      throw new HoneException(
          "the adapter %s cannot be continued with these LoRA settings: %s; set lora_r, lora_alpha, lora_target_modules and what goes with them to the adapter's, or remove them all"
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

  /** A tensor of the base model that is trained too, begun by {@link #initialise}. */
  Optional<Weight> part(String tensor) {
    return Optional.ofNullable(parts.get(tensor))
        .map(part -> Weight.trained(part.file(), part.source().shape()));
  }

  double scale(String module) {
    return spec.settings().ranks().scaleOf(module);
  }

  double dropout() {
    return spec.settings().dropout();
  }

  Weight a(String module, int in) {
    return Weight.trained(PeftAdapter.nameOfA(module), rank(module), in);
  }

  /** The lengths of the rows of a module's weight. */
  Optional<Weight> magnitude(String module, int out) {
    return spec.settings().dora()
        ? Optional.of(Weight.trained(PeftAdapter.nameOfMagnitude(module), out))
        : Optional.empty();
  }

  /** Remembers to fill the squares of a weight's rows, {@code [out]}, by {@link #measure}. */
  void measureLater(String module, Weight weight, Tensor squares) {
    rows.put(module, new RowSquares(weight, squares));
  }

  /** Whether branches begin as parts of the weights, which they are taken out of. */
  boolean startsFromWeights() {
    return adapter.isEmpty() && spec.settings().init().ofWeights();
  }

  /** Remembers to fill what the branch of a module begins as, by {@link #measure}. */
  void startLater(String module, Weight weight, Tensor a, Tensor b) {
    starts.put(module, BranchStart.of(spec.settings().init(), weight, a, b, scale(module)));
  }

  /** Fills what was to be filled later, of the weights as the products read them. */
  void measure(Kernels kernels, long seed) {
    rows.values().forEach(found -> found.fill(kernels));
    starts.values().forEach(start -> start.fill(kernels, seed));
  }

  /** The settings of what {@link #saved} gives. */
  LoraSettings savedSettings() {
    return starts.isEmpty() ? spec.settings() : spec.settings().converted();
  }

  /** A trained tensor as it is saved: so that it acts on the base model as it is on disk. */
  TensorSource saved(Weight weight, TensorSource plain, Kernels kernels) {
    return weight.name().contains(".lora_") && !starts.isEmpty()
        ? ConvertedBranch.of(weight, starts.get(PeftAdapter.moduleOf(weight.name())), kernels)
        : plain;
  }

  Weight b(String module, int out) {
    return Weight.trained(PeftAdapter.nameOfB(module), out, rank(module));
  }

  int rank(String module) {
    return spec.settings().ranks().rankOf(module);
  }

  /** Fills a trained tensor, so that training starts at the base model or the given adapter. */
  void initialise(Weight weight, long seed, Kernels kernels) {
    firstValues(weight.name(), seed).fill(weight, kernels);
  }

  private FirstValues firstValues(String tensor, long seed) {
    if (adapter.isPresent()) {
      return new FirstValues.Loaded(adapter.get().weights(), tensor);
    }
    Optional<TrainedParts.Part> part =
        parts.values().stream().filter(found -> found.file().equals(tensor)).findFirst();
    if (part.isPresent()) {
      return new FirstValues.Loaded(base.weights(), part.get().source().name());
    }
    String module = PeftAdapter.moduleOf(tensor);
    if (tensor.equals(PeftAdapter.nameOfMagnitude(module))) {
      return new FirstValues.Lengths(rows.get(module));
    }
    boolean isA = tensor.equals(PeftAdapter.nameOfA(module));
    LoraInit init = spec.settings().init();
    if (init.ofWeights()) {
      BranchStart start = starts.get(module);
      return new FirstValues.Copied(isA ? start.a() : start.b());
    }
    return isA
        ? new FirstValues.Drawn(init.equals(LoraInit.GAUSSIAN), seed)
        : new FirstValues.Zeros();
  }
}
