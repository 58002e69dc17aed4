package dev.hone.formats.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.model.hf.ConfigJson;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.model.safetensors.SafetensorsWriter;
import dev.hone.formats.model.safetensors.TensorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Complete models of a few kilobytes, for tests. */
public final class TinyModel {
  private TinyModel() {}

  /** A config of the family with 2 layers; the change is applied last. */
  public static ObjectNode config(String modelType, Consumer<ObjectNode> change) {
    ObjectNode json = new JsonMapper().createObjectNode();
    json.put("model_type", modelType)
        .put("vocab_size", 24)
        .put("hidden_size", 8)
        .put("intermediate_size", 12)
        .put("num_hidden_layers", 2)
        .put("num_attention_heads", 2)
        .put("num_key_value_heads", 1)
        .put("tie_word_embeddings", true);
    json.putNull("sliding_window");
    change.accept(json);
    return json;
  }

  /** Writes config and random weights. */
  public static Path write(Path dir, ObjectNode config) {
    ConfigJson json = new ConfigJson("config", config);
    ModelFamily family = ModelFamily.named(json.text("model_type", ""), "config");
    List<TensorSource> tensors = new ArrayList<>();
    Random random = new Random(7);
    for (TensorSpec spec : family.tensors(family.read(json))) {
      float[] values = new float[(int) TensorInfo.elements(spec.shape())];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      tensors.add(TensorSource.of(spec.name(), spec.shape(), FloatBuffer.wrap(values)));
    }
    return write(dir, config, tensors);
  }

  /** Writes config and these weights. */
  public static Path write(Path dir, ObjectNode config, List<TensorSource> tensors) {
    try {
      Files.createDirectories(dir);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    JsonFile.write(dir.resolve("config.json"), config);
    SafetensorsWriter.write(dir.resolve("model.safetensors"), Dtype.F32, tensors);
    return dir;
  }
}
