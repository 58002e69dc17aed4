package dev.hone.training.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.ModelFamily;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.TensorSpec;
import dev.hone.formats.model.hf.ConfigJson;
import dev.hone.formats.model.safetensors.SafetensorsWriter;
import dev.hone.formats.model.safetensors.TensorSource;
import dev.hone.training.data.Answers;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Model directories and rows of tokens for tests: two blocks, a vocabulary of {@value #VOCABULARY}.
 */
public final class TinyModel {
  public static final int VOCABULARY = 13;

  private TinyModel() {}

  /** A model with random weights. */
  public static ModelDirectory write(Path dir, String modelType, boolean tied) throws IOException {
    return write(dir, modelType, tied, json -> {});
  }

  /** The same with other keys in its {@code config.json}. */
  static ModelDirectory write(Path dir, String modelType, boolean tied, Consumer<ObjectNode> change)
      throws IOException {
    ObjectNode json = new JsonMapper().createObjectNode();
    json.put("model_type", modelType).put("vocab_size", VOCABULARY).put("hidden_size", 8);
    json.put("intermediate_size", 12).put("num_hidden_layers", 2).put("num_attention_heads", 2);
    json.put("num_key_value_heads", 1).put("head_dim", 4).put("max_position_embeddings", 64);
    json.put("rms_norm_eps", 1e-5).put("rope_theta", 100.0).put("tie_word_embeddings", tied);
    json.put("hidden_act", "silu").put("bos_token_id", 1).put("eos_token_id", 2);
    change.accept(json);
    Files.createDirectories(dir);
    Files.writeString(dir.resolve("config.json"), json.toString());
    ModelFamily family = ModelFamily.named(modelType, "test");
    ModelConfig config = family.read(new ConfigJson("test", json));
    Random random = new Random(7);
    List<TensorSource> tensors = new ArrayList<>();
    for (TensorSpec spec : family.tensors(config)) {
      float[] values = new float[Math.toIntExact(TensorInfo.elements(spec.shape()))];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            (spec.name().endsWith("norm.weight") ? 1 : 0) + (float) (0.4 * random.nextGaussian());
      }
      tensors.add(TensorSource.of(spec.name(), spec.shape(), FloatBuffer.wrap(values)));
    }
    SafetensorsWriter.write(dir.resolve("model.safetensors"), Dtype.F32, tensors);
    return ModelDirectory.open(dir);
  }

  /** Random documents of these lengths in one row; about a third of the tokens are no targets. */
  public static PackedRow row(long seed, int... lengths) {
    List<PackedRow> documents = new ArrayList<>();
    for (int i = 0; i < lengths.length; i++) {
      documents.add(document(seed + i, lengths[i]));
    }
    return PackedRow.concat(documents);
  }

  static PackedRow document(long seed, int length) {
    Random random = new Random(seed);
    int[] ids = new int[length];
    float[] weights = new float[length];
    for (int t = 0; t < length; t++) {
      ids[t] = random.nextInt(VOCABULARY);
      weights[t] = t > 0 && random.nextInt(3) > 0 ? 0.5f + random.nextFloat() : 0;
    }
    return new PackedRow(ids, weights, new int[] {0});
  }

  /**
   * A model whose linear layers all have an adapter.
   *
   * @param size of B; 0: as it is before training
   */
  public static CausalLm adapter(Path dir, Kernels kernels, double size) throws IOException {
    CausalLm model =
        CausalLm.load(
            write(dir, "llama", true),
            Optional.of(new LoraSpec(2, 4, 0, List.of(), Optional.empty())),
            kernels,
            64,
            3);
    for (Parameter parameter : model.parameters()) {
      if (parameter.name().endsWith("lora_B.weight")) {
        float[] values = new float[Math.toIntExact(parameter.value().length())];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (size * Math.sin(i + parameter.name().length()));
        }
        kernels.write(FloatBuffer.wrap(values), parameter.value(), 0);
      }
    }
    return model;
  }

  /** Pairs whose answers have these lengths, chosen and rejected in turn, after prompts of two. */
  public static PackedRow pairs(long seed, int... lengths) {
    PackedRow answers = answers(seed, lengths);
    int[] ids = answers.inputIds();
    int[] starts = answers.documentStarts();
    for (int i = 1; i < starts.length; i += 2) {
      System.arraycopy(ids, starts[i - 1], ids, starts[i], 2);
    }
    return answers;
  }

  /** The same, but each answer has a prompt of its own. */
  public static PackedRow answers(long seed, int... lengths) {
    List<PackedRow> documents = new ArrayList<>();
    boolean[] chosen = new boolean[lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      PackedRow document = document(seed + i, 2 + lengths[i]);
      float[] weights = new float[document.length()];
      Arrays.fill(weights, 2, weights.length, 1);
      documents.add(document.withWeights(weights));
      chosen[i] = i % 2 == 0;
    }
    return PackedRow.concat(documents).withAnswers(new Answers(chosen));
  }
}
