package dev.hone.formats.model.hf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelConfig.Llama3Scaling;
import dev.hone.formats.model.ModelConfig.Rope;
import dev.hone.formats.model.ModelFamily;
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
            1,
            32,
            32,
            4,
            2048,
            1e-6,
            new Rope(10000, Optional.empty()),
            false,
            false,
            false,
            false,
            false,
            Optional.of(1),
            List.of(2)),
        llama);
    ModelConfig mistral = read("{'model_type':'mistral'," + sizes + ",'sliding_window':null}");
    assertEquals(8, mistral.numKeyValueHeads());
    assertEquals(131072, mistral.maxPositionEmbeddings());
    ModelConfig qwen2 = read("{'model_type':'qwen2'," + sizes + "}");
    assertTrue(qwen2.qkvBias() && !qwen2.outputBias() && !qwen2.qkNorm());
    assertEquals(32, qwen2.numKeyValueHeads());
    assertEquals(List.of(), qwen2.eosTokenIds());
    ModelConfig qwen3 = read("{'model_type':'qwen3'," + sizes + "}");
    assertTrue(!qwen3.qkvBias() && qwen3.qkNorm());
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
    assertEquals(new Rope(500000, Optional.of(new Llama3Scaling(8, 1, 4, 64))), read(json).rope());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "llama|{'hidden_act':'gelu'}|hidden_act is gelu; hone computes silu only",
        "llama|{'attention_dropout':0.1}|attention_dropout is 0.1",
        "llama|{'rope_scaling':{'type':'linear','factor':2.0}}|rope_scaling.rope_type is linear",
        "llama|{'rope_parameters':{'rope_type':'yarn','factor':2.0}}|rope_type is yarn",
        "llama|{'rope_scaling':{'rope_type':'llama3','factor':8.0}}|low_freq_factor is missing",
        "llama|{'partial_rotary_factor':0.5}|partial_rotary_factor is not 1",
        "llama|{'quantization_config':{}}|the weights are quantized",
        "llama|{'num_key_value_heads':3}|not a multiple of num_key_value_heads 3",
        "llama|{'num_attention_heads':3,'num_key_value_heads':3}|hidden_size 8 is not a multiple",
        "llama|{'head_dim':3}|head_dim 3 is odd",
        "llama|{'vocab_size':null}|vocab_size is missing",
        "llama|{'vocab_size':'many'}|vocab_size is \"many\", not a whole number above 0",
        "llama|{'eos_token_id':'</s>'}|eos_token_id is \"</s>\"",
        "llama|{'tie_word_embeddings':1}|tie_word_embeddings is 1, not true or false",
        "mistral|{'sliding_window':16,'max_position_embeddings':32}|sliding_window 16 is smaller",
        "qwen2|{'use_sliding_window':true,'sliding_window':16,'max_window_layers':1}"
            + "|sliding_window 16 is smaller",
        "qwen3|{'layer_types':['full_attention','sliding_attention'],'use_sliding_window':true,"
            + "'sliding_window':16}|sliding_window 16 is smaller",
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

  @Test
  void allProblemsAreReportedAtOnce() {
    ObjectNode json =
        TinyModel.config("llama", c -> c.put("hidden_act", "relu").put("rms_norm_eps", 0));
    HoneException e = assertThrows(HoneException.class, () -> read(json));
    assertEquals(
        "config.json: hidden_act is relu; hone computes silu only; rms_norm_eps is 0, not a number"
            + " above 0",
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
