package dev.hone.training.model;

import static java.util.stream.Collectors.toSet;

import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.peft.AdapterConfig;
import dev.hone.formats.model.peft.PeftAdapter;
import dev.hone.formats.model.safetensors.SafetensorsWriter;
import dev.hone.formats.model.safetensors.TensorSource;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.layers.Weight;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Trained weights as Transformers or PEFT open them.
 *
 * @param base the model that they began as, or belong to
 * @param plan of the adapter that they are; empty: they are the model's own
 * @param trained all of them
 */
record SavedWeights(
    ModelDirectory base, Optional<LoraPlan> plan, Kernels kernels, List<Weight> trained) {

  /** Writes them, with what belongs to them in such a directory. */
  void write(Path dir) {
    List<TensorSource> tensors = new ArrayList<>(trained.stream().map(this::saved).toList());
    if (plan.isPresent()) {
      AdapterConfig config =
          new AdapterConfig(plan.get().savedSettings(), Optional.of(base.name()), base.task());
      PeftAdapter.write(dir, config, Dtype.F32, tensors);
      base.writeTokenizer(dir);
    } else {
      base.writeCompanions(dir, Dtype.F32);
      tensors.addAll(others(tensors.stream().map(TensorSource::name).collect(toSet())));
      SafetensorsWriter.write(dir.resolve("model.safetensors"), Dtype.F32, tensors);
    }
  }

  private TensorSource saved(Weight weight) {
    TensorSource plain =
        new TensorSource(
            weight.name(),
            weight.shape(),
            (offset, target) -> kernels.read(weight.value(), offset, target));
    return plan.map(found -> found.saved(weight, plain, kernels)).orElse(plain);
  }

  /** The weights of the base model that are not among the trained ones. */
  private List<TensorSource> others(Set<String> known) {
    return base.tensors().stream()
        .filter(spec -> !known.contains(spec.name()))
        .map(
            spec ->
                new TensorSource(
                    spec.name(),
                    spec.shape(),
                    (offset, target) -> base.weights().readFloats(spec.name(), offset, target)))
        .toList();
  }
}
