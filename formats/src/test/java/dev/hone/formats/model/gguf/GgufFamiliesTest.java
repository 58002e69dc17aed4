package dev.hone.formats.model.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.ModelFamily;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.TensorSpec;
import dev.hone.formats.model.hf.ConfigJson;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A GGUF file with the metadata and tensors that llama.cpp's converter writes for a family becomes
 * the model that this {@code config.json} describes.
 */
@Tag("unit")
class GgufFamiliesTest {
  private static final int LAYERS = 6;

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "gemma2|{'query_pre_attn_scalar':4,'sliding_window':16,'attn_logit_softcapping':40.0,"
            + "'final_logit_softcapping':20.0}"
            + "|{'attention.sliding_window':16,'attn_logit_softcapping':40.0,"
            + "'final_logit_softcapping':20.0}",
        "gemma3_text|{'query_pre_attn_scalar':4,'sliding_window':16,'rope_theta':1e6,"
            + "'rope_scaling':{'rope_type':'linear','factor':8.0}}"
            + "|{'attention.sliding_window':16,'rope.freq_base':1e6,'rope.scaling.type':'linear',"
            + "'rope.scaling.factor':8.0}",
        "granite|{'embedding_multiplier':12.0,'attention_multiplier':0.25,"
            + "'residual_multiplier':0.5,'logits_scaling':8.0}"
            + "|{'embedding_scale':12.0,'attention.scale':0.25,'residual_scale':0.5,"
            + "'logit_scale':8.0}",
        "olmo2|{}|{}",
        "phi3|{'sliding_window':16,'partial_rotary_factor':0.5}"
            + "|{'attention.sliding_window':16,'rope.dimension_count':2}",
        "smollm3|{'rope_theta':5e6}|{'rope.freq_base':5e6}",
      })
  void isTheModelOfTheConfig(String modelType, String keys, String metadata) throws IOException {
    ModelFamily family = ModelFamily.named(modelType, "test");
    ModelConfig expected = config(family, keys);
    Path target = dir.resolve("model");
    GgufImport.run(file(family, expected, metadata).write(dir.resolve("a.gguf")), target);
    ModelDirectory model = ModelDirectory.open(target);
    assertEquals(expected.layers(), model.config().layers());
    assertEquals(expected.style(), model.config().style());
    assertEquals(expected.attentionScale(), model.config().attentionScale());
    for (TensorSpec spec : family.tensors(expected)) {
      if (spec.name().endsWith("norm.weight")) {
        FloatBuffer values = FloatBuffer.allocate((int) TensorInfo.elements(spec.shape()));
        model.weights().readFloats(spec.name(), 0, values);
        // The file has 3; of weights to which 1 is added it has the sum.
        assertEquals(expected.style().unitOffset() ? 2 : 3, values.get(0), spec.name());
      }
    }
  }

  private static ObjectNode parse(String json) throws IOException {
    return (ObjectNode) new JsonMapper().readTree(json.replace('\'', '"'));
  }

  private static ModelConfig config(ModelFamily family, String keys) throws IOException {
    ObjectNode json = new JsonMapper().createObjectNode();
    json.put("vocab_size", TinyGguf.TOKENS.size()).put("hidden_size", 8);
    json.put("intermediate_size", 12).put("num_hidden_layers", LAYERS);
    json.put("num_attention_heads", 2).put("num_key_value_heads", 1).put("head_dim", 4);
    json.put("max_position_embeddings", 64).put("rms_norm_eps", 1e-5).put("rope_theta", 10000);
    json.put("tie_word_embeddings", true).setAll(parse(keys));
    ConfigJson checked = new ConfigJson("test", json);
    ModelConfig config = family.read(checked);
    checked.check();
    return config;
  }

  private static GgufFile file(ModelFamily family, ModelConfig config, String metadata)
      throws IOException {
    String architecture = family.ggufArchitecture();
    GgufFile file = TinyGguf.llama().withoutTensors().put("general.architecture", architecture);
    file.remove("llama.rope.dimension_count");
    file.put(architecture + ".context_length", 64)
        .put(architecture + ".embedding_length", 8)
        .put(architecture + ".block_count", LAYERS)
        .put(architecture + ".feed_forward_length", 12)
        .put(architecture + ".attention.head_count", 2)
        .put(architecture + ".attention.head_count_kv", 1)
        .put(architecture + ".attention.layer_norm_rms_epsilon", 1e-5f)
        .put(architecture + ".rope.freq_base", 10000f);
    for (var entry : parse(metadata).properties()) {
      Object value =
          entry.getValue().isTextual()
              ? entry.getValue().textValue()
              : entry.getValue().isInt()
                  ? (Object) entry.getValue().intValue()
                  : (Object) entry.getValue().floatValue();
      file.put(architecture + "." + entry.getKey(), value);
    }
    for (TensorSpec spec : family.tensors(config)) {
      float[] values = new float[(int) TensorInfo.elements(spec.shape())];
      Arrays.fill(values, 3);
      file.floats(spec.gguf(), values, spec.shape());
    }
    return file;
  }
}
