package dev.hone.formats.model.hf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.AttentionLayer;
import dev.hone.formats.model.DecoderStyle;
import dev.hone.formats.model.DecoderStyle.QkNorm;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelConfig.Biases;
import dev.hone.formats.model.ModelFamily;
import dev.hone.formats.model.Rope;
import dev.hone.formats.model.RopeScaling;
import dev.hone.formats.model.TinyModel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ModelFamilyTest {

  /** The defaults of Transformers' own config classes. */
  @Test
  void defaultsAreTheFamilys() {
    String sizes =
        "'vocab_size':100,'hidden_size':128,'intermediate_size':64,'num_hidden_layers':1,"
            + "'num_attention_heads':32";
    ModelConfig llama = read("{'model_type':'llama'," + sizes + "}");
    assertEquals(
        new ModelConfig(
            "llama",
            100,
            128,
            64,
            32,
            32,
            4,
            2048,
            1e-6,
            List.of(AttentionLayer.full(Rope.of(10000))),
            Biases.NONE,
            DecoderStyle.LLAMA,
            false,
            Optional.of(1),
            List.of(2)),
        llama);
    ModelConfig mistral = read("{'model_type':'mistral'," + sizes + ",'sliding_window':null}");
    assertEquals(8, mistral.numKeyValueHeads());
    assertEquals(131072, mistral.maxPositionEmbeddings());
    ModelConfig qwen2 = read("{'model_type':'qwen2'," + sizes + "}");
    assertEquals(new Biases(true, false, false), qwen2.biases());
    assertEquals(32, qwen2.numKeyValueHeads());
    assertEquals(List.of(), qwen2.eosTokenIds());
    ModelConfig qwen3 = read("{'model_type':'qwen3'," + sizes + "}");
    assertEquals(DecoderStyle.LLAMA.withQkNorm(QkNorm.HEADS), qwen3.style());
    assertEquals(128, qwen3.headDim());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'rope_theta':500000.0,'rope_scaling':{'rope_type':'llama3',FACTORS}",
        "'rope_theta':500000.0,'rope_scaling':{'type':'llama3',FACTORS}",
        "'rope_parameters':{'rope_theta':500000.0,'rope_type':'llama3',FACTORS}",
        "'rope_theta':1.0,'rope_parameters':{'rope_theta':500000.0,'rope_type':'llama3',FACTORS}"
      })
  void ropeIsReadInEveryStyle(String rope) {
    ObjectNode json = TinyModel.config("llama", c -> {});
    String factors =
        "'factor':8.0,'low_freq_factor':1.0,'high_freq_factor':4.0,"
            + "'original_max_position_embeddings':64";
    json.setAll(parse("{" + rope.replace("FACTORS", factors) + "}"));
    Rope expected = Rope.of(500000, new RopeScaling.Llama3(8, 1, 4, 64));
    assertEquals(AttentionLayer.full(expected), read(json).layers().get(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "llama|{'hidden_act':'gelu'}|hidden_act is gelu; hone computes silu and gelu_pytorch_tanh",
        "llama|{'attention_dropout':0.1}|attention_dropout is 0.1",
        "llama|{'rope_scaling':{'type':'linear'}}|rope_scaling.factor is missing",
        "llama|{'rope_parameters':{'rope_type':'longrope','factor':2.0}}|rope_type is longrope",
        "llama|{'rope_scaling':{'rope_type':'llama3','factor':8.0}}|low_freq_factor is missing",
        "llama|{'partial_rotary_factor':0.75}|the rotated part of a head, 3, is odd",
        "llama|{'partial_rotary_factor':1.5}|partial_rotary_factor 1.5 is above 1",
        "llama|{'quantization_config':{}}|the weights are quantized",
        "llama|{'num_key_value_heads':3}|not a multiple of num_key_value_heads 3",
        "llama|{'num_attention_heads':3,'num_key_value_heads':3}|hidden_size 8 is not a multiple",
        "llama|{'head_dim':3}|head_dim 3 is odd",
        "llama|{'vocab_size':null}|vocab_size is missing",
        "llama|{'vocab_size':'many'}|vocab_size is \"many\", not a whole number above 0",
        "llama|{'eos_token_id':'</s>'}|eos_token_id is \"</s>\"",
        "llama|{'tie_word_embeddings':1}|tie_word_embeddings is 1, not true or false",
        "qwen3|{'layer_types':['full_attention'],'sliding_window':16}|layer_types names 1 of",
        "qwen3|{'layer_types':['full_attention','chunked'],'sliding_window':16}|has chunked",
        "qwen3|{'layer_types':['full_attention','sliding_attention'],'sliding_window':null}"
            + "|sliding_window is missing",
        "phi3|{'rope_scaling':{'type':'yarn','factor':2.0}}|takes every scaling of phi3 for longrope",
        "smollm3|{'no_rope_layers':[1]}|no_rope_layers has 1 numbers",
        "gemma3_text|{'use_bidirectional_attention':true}|causal models only",
      })
  void whatIsNotComputedIsRefused(String modelType, String change, String problem) {
    ObjectNode json = TinyModel.config(modelType, c -> c.setAll(parse(change)));
    HoneException e = assertThrows(HoneException.class, () -> read(json));
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "mistral|{'sliding_window':32,'max_position_embeddings':32}",
        "qwen2|{'use_sliding_window':false,'sliding_window':16}",
        "qwen2|{'use_sliding_window':true,'sliding_window':16,'max_window_layers':28}",
        "qwen3|{'layer_types':['full_attention','full_attention'],'sliding_window':null}",
        "llama|{'attention_dropout':0.0,'rope_scaling':null,'pretraining_tp':1}",
      })
  void whatHasNoEffectIsNot(String modelType, String change) {
    ObjectNode json = TinyModel.config(modelType, c -> c.setAll(parse(change)));
    assertEquals(modelType, read(json).modelType());
  }

  /** f: the layer sees everything, s: a window; capitals: it has no RoPE. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "mistral|{'sliding_window':16}|ssssssss",
        "mistral|{'sliding_window':null}|ffffffff",
        "qwen2|{'sliding_window':16}|ffffffff",
        "qwen2|{'use_sliding_window':true,'sliding_window':16,'max_window_layers':6}|ffffffss",
        "gemma2|{'sliding_window':4096}|sfsfsfsf",
        "gemma3_text|{'sliding_window':4096}|sssssfss",
        "gemma3_text|{'sliding_window':4096,'sliding_window_pattern':2}|sfsfsfsf",
        "smollm3|{}|fffFfffF",
        "smollm3|{'no_rope_layers':[0,1,1,1,1,1,1,0],'use_sliding_window':true,"
            + "'sliding_window':9}|SffffffS",
        "phi3|{'sliding_window':9}|ssssssss",
        "phi3|{}|ffffffff",
        "granite|{}|ffffffff",
        "olmo2|{}|ffffffff",
      })
  void layersSeeWhatTheFamilySays(String modelType, String change, String expected) {
    ObjectNode json =
        TinyModel.config(modelType, c -> c.put("num_hidden_layers", 8).setAll(parse(change)));
    StringBuilder seen = new StringBuilder();
    for (AttentionLayer layer : read(json).layers()) {
      char kind = layer.window().isPresent() ? 's' : 'f';
      seen.append(layer.rope().isPresent() ? kind : Character.toUpperCase(kind));
    }
    assertEquals(expected, seen.toString());
  }

  /** Both styles of Transformers; the layers that see a window have a RoPE of their own. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'rope_theta':5.0,'rope_local_base_freq':7.0,'rope_scaling':{'rope_type':'linear','factor':8.0}",
        "'rope_parameters':{'full_attention':{'rope_theta':5.0,'rope_type':'linear','factor':8.0},"
            + "'sliding_attention':{'rope_theta':7.0,'rope_type':'default'}}"
      })
  void gemma3HasTwoRopes(String rope) {
    ObjectNode json =
        TinyModel.config(
            "gemma3_text",
            c ->
                c.put("sliding_window", 4096)
                    .put("sliding_window_pattern", 2)
                    .setAll(parse("{" + rope + "}")));
    assertEquals(
        List.of(
            AttentionLayer.sliding(Rope.of(7), 4096),
            AttentionLayer.full(Rope.of(5, new RopeScaling.Linear(8)))),
        read(json).layers());
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    ObjectNode json =
        TinyModel.config("llama", c -> c.put("hidden_act", "relu").put("rms_norm_eps", 0));
    HoneException e = assertThrows(HoneException.class, () -> read(json));
    assertEquals(
        "config.json: rms_norm_eps is 0, not a number above 0; hidden_act is relu; hone computes"
            + " silu and gelu_pytorch_tanh",
        e.getMessage());
  }

  private static ModelConfig read(String json) {
    return read(parse(json));
  }

  private static ModelConfig read(ObjectNode json) {
    ConfigJson config = new ConfigJson("config.json", json);
    ModelConfig read = ModelFamily.named(config.text("model_type", ""), "config.json").read(config);
    config.check();
    return read;
  }

  private static ObjectNode parse(String json) {
    try {
      return (ObjectNode) new JsonMapper().readTree(json.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
