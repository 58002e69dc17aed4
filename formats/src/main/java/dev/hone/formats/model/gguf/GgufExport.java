package dev.hone.formats.model.gguf;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.RopeScaling.Llama3;
import dev.hone.formats.model.TensorSpec;
import dev.hone.formats.model.safetensors.TensorSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one GGUF file of a Hugging Face directory: config, weights, tokenizer and chat template.
 * llama.cpp opens it; {@link GgufImport} makes the same model of it again, as exactly as the types
 * of its tensors allow.
 */
public final class GgufExport {
  private GgufExport() {}

  /**
   * Exports.
   *
   * @param gguf is replaced if it is there
   * @throws HoneException if GGUF has no way to say what the model or its tokenizer does, or the
   *     file cannot be written
   */
  public static void run(ModelDirectory model, Quantization quantization, Path gguf) {
    Map<String, Object> metadata = new LinkedHashMap<>(GgufKeys.of(model, quantization));
    metadata.putAll(GgufTokenizerKeys.of(model));
    GgufWriter.write(gguf, metadata, tensors(model, quantization));
  }

  private static List<GgufWriter.Output> tensors(ModelDirectory model, Quantization quantization) {
    ModelConfig config = model.config();
    List<GgufWriter.Output> tensors = new ArrayList<>();
    if (config.layers().get(0).rope().get().scaling().orElse(null) instanceof Llama3 llama) {
      tensors.add(new GgufWriter.Output(RopeFactors.of(llama, config), GgmlType.F32));
    }
    for (TensorSpec spec : model.tensors()) {
      tensors.add(
          new GgufWriter.Output(
              new TensorSource(spec.gguf(), spec.shape(), values(model, spec)),
              quantization.typeOf(spec, config.numHiddenLayers(), config.tieWordEmbeddings())));
    }
    return tensors;
  }

  private static TensorSource.Values values(ModelDirectory model, TensorSpec spec) {
    TensorSource.Values values =
        (offset, target) -> model.weights().readFloats(spec.name(), offset, target);
    if (!GgufTensors.isPaired(spec, model.family())) {
      return values;
    }
    int columns = spec.shape().length == 1 ? 1 : Math.toIntExact(spec.shape()[1]);
    return new PairedRows(values, model.config().headDim(), columns);
  }
}
