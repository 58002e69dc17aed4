package dev.hone.formats.model.gguf;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelFamily;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.TensorSpec;
import dev.hone.formats.model.safetensors.TensorSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tensors of a GGUF file under Hugging Face's names and in its layout. */
final class GgufTensors {
  private static final int SHOWN = 8;

  private GgufTensors() {}

  /**
   * One source for every tensor of the model; nothing is decoded until it is written.
   *
   * @throws HoneException if a tensor is missing, unknown or of another shape, naming all of them
   */
  static List<TensorSource> sources(GgufReader reader, ModelFamily family, ModelConfig config) {
    List<String> problems = new ArrayList<>();
    List<TensorSource> sources = new ArrayList<>();
    Set<String> known = new HashSet<>(Set.of("rope_freqs.weight"));
    for (TensorSpec spec : family.tensors(config)) {
      known.add(spec.gguf());
      GgufTensor tensor = reader.tensors().get(spec.gguf());
      if (tensor == null) {
        problems.add("tensor " + spec.gguf() + " is missing");
      } else if (!Arrays.equals(tensor.shape(), spec.shape())) {
        problems.add(
            "tensor "
                + spec.gguf()
                + " is "
                + TensorInfo.text(tensor.shape())
                + " but the metadata say "
                + TensorInfo.text(spec.shape()));
      } else {
        sources.add(
            new TensorSource(spec.name(), spec.shape(), values(reader, spec, family, config)));
      }
    }
    for (String name : reader.tensors().keySet()) {
      if (!known.contains(name)) {
        problems.add("tensor " + name + " is not one of a " + family.modelType() + " model");
      }
    }
    if (!problems.isEmpty()) {
      throw new HoneException(
          reader.path()
              + " cannot be imported: "
              + String.join("; ", problems.subList(0, Math.min(SHOWN, problems.size())))
              + (problems.size() > SHOWN
                  ? "; and " + (problems.size() - SHOWN) + " more problems"
                  : ""));
    }
    return sources;
  }

  private static TensorSource.Values values(
      GgufReader reader, TensorSpec spec, ModelFamily family, ModelConfig config) {
    GgufValues values = reader.values(spec.gguf());
    if (config.style().unitOffset() && spec.gguf().endsWith("norm.weight")) {
      return new ShiftedValues(values);
    }
    if (!isPaired(spec, family)) {
      return values;
    }
    int columns = spec.shape().length == 1 ? 1 : Math.toIntExact(spec.shape()[1]);
    return new RotaryRows(values, config.headDim(), columns);
  }

  /** Whether the file has the tensor's rows in another order, see {@link RotaryRows}. */
  static boolean isPaired(TensorSpec spec, ModelFamily family) {
    return family.ggufPairsRotaryRows()
        && (spec.gguf().contains(".attn_q.") || spec.gguf().contains(".attn_k."));
  }
}
