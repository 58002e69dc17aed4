package dev.hone.formats.model.peft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.ModelFamily;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.TensorSpec;
import dev.hone.formats.model.TinyModel;
import dev.hone.formats.model.hf.ConfigJson;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.model.safetensors.TensorSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class PeftAdapterTest {
  private static final AdapterConfig CONFIG =
      new AdapterConfig(
          LoraSettings.of(2, 16, 0.05, List.of("q_proj", "v_proj")), Optional.of("base"));

  @TempDir Path dir;

  @Test
  void whatIsWrittenIsRead() {
    List<TensorSource> matrices = matrices(CONFIG);
    PeftAdapter.write(dir, CONFIG, Dtype.F32, matrices);
    PeftAdapter adapter = PeftAdapter.open(dir, base());
    assertEquals(CONFIG, adapter.config());
    assertEquals(
        List.of(
            "model.layers.0.self_attn.q_proj",
            "model.layers.0.self_attn.v_proj",
            "model.layers.1.self_attn.q_proj",
            "model.layers.1.self_attn.v_proj"),
        List.copyOf(adapter.modules().keySet()));
    assertArrayEquals(
        new long[] {2, 8},
        adapter
            .weights()
            .info("base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight")
            .shape());
    FloatBuffer b = FloatBuffer.allocate(8);
    adapter
        .weights()
        .readFloats("base_model.model.model.layers.0.self_attn.v_proj.lora_B.weight", b);
    assertEquals(FloatBuffer.wrap(new float[] {0, 1, 2, 3, 4, 5, 6, 7}), b.flip());
    assertEquals("16", JsonFile.read(dir.resolve(PeftAdapter.CONFIG)).get("lora_alpha").toString());
  }

  @Test
  void allLinearBecomesTheNamesOfTheModules() {
    AdapterConfig all = new AdapterConfig(LoraSettings.of(2, 0.5, 0, List.of()), Optional.empty());
    PeftAdapter.write(dir, all, Dtype.BF16, matrices(all));
    PeftAdapter adapter = PeftAdapter.open(dir, base());
    assertEquals(
        List.of("down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"),
        adapter.config().settings().targets().targets().names());
    assertEquals(14, adapter.modules().size());
    JsonFile.write(
        dir.resolve(PeftAdapter.CONFIG),
        JsonFile.read(dir.resolve(PeftAdapter.CONFIG)).put("target_modules", "all-linear"));
    assertEquals(14, PeftAdapter.open(dir, base()).modules().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{'use_dora':true}|layers.0.self_attn.q_proj.lora_magnitude_vector [8] is missing",
        "{'use_qalora':true}|use_qalora is true, which this version does not support",
        "{'rank_pattern':{'q_proj':4}}|q_proj.lora_A.weight is [2, 8], not [4, 8]",
        "{'rank_pattern':{'q_proj':0}}|rank_pattern has 0",
        "{'rank_pattern':{'(q_proj':4}}|rank_pattern '(.*\\.)?((q_proj)$' is no regular expression",
        "{'alpha_pattern':{'q_proj':'x'}}|alpha_pattern has \"x\", not a number",
        "{'modules_to_save':['lm_head']}|tensor base_model.model.lm_head.weight [24, 8] is missing",
        "{'modules_to_save':['head']}|tensor base_model.model.lm_head.weight [24, 8] is missing",
        "{'modules_to_save':['score']}|modules_to_save [score] are no modules of the model",
        "{'modules_to_save':['v_proj']}|v_proj.lora_A.weight belongs to no target module",
        "{'bias':'some'}|bias is some, this version supports",
        "{'something_new':1}|something_new is 1",
        "{'init_lora_weights':'pissa'}|init_lora_weights is \"pissa\"",
        "{'peft_type':'IA3'}|peft_type is \"IA3\", this version supports LORA",
        "{'task_type':'TOKEN_CLS'}|task_type is \"TOKEN_CLS\", this version supports CAUSAL_LM, SEQ_CLS",
        "{'task_type':'SEQ_CLS'}|is the adapter of a reward model",
        "{'r':0}|r is 0",
        "{'lora_alpha':'8'}|lora_alpha is",
        "{'target_modules':'.*q_proj'}|v_proj.lora_A.weight belongs to no target module",
        "{'target_modules':'.*'}|matches model.embed_tokens, which is no linear layer of a block",
        "{'exclude_modules':['v_proj']}|v_proj.lora_A.weight belongs to no target module",
        "{'exclude_modules':'.*'}|no linear layer is left",
        "{'layers_to_transform':[1]}|layers.0.self_attn.q_proj.lora_A.weight belongs to no target",
        "{'target_modules':[]}|target_modules is []",
        "{'target_modules':['q_proj','wq']}|[wq] are no linear layers",
        "{'target_modules':['q_proj','v_proj','k_proj']}|k_proj.lora_A.weight [2, 8] is missing",
        "{'target_modules':['q_proj']}|belongs to no target module",
        "{'r':4}|lora_A.weight is [2, 8], not [4, 8]",
      })
  void whatWouldGiveOtherNumbersIsRefused(String change, String problem) throws IOException {
    PeftAdapter.write(dir, CONFIG, Dtype.F32, matrices(CONFIG));
    ObjectNode json = JsonFile.read(dir.resolve(PeftAdapter.CONFIG));
    json.setAll((ObjectNode) new JsonMapper().readTree(change.replace('\'', '"')));
    JsonFile.write(dir.resolve(PeftAdapter.CONFIG), json);
    HoneException e = assertThrows(HoneException.class, () -> PeftAdapter.open(dir, base()));
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }

  @Test
  void everySettingIsWrittenAndRead() {
    LoraSettings settings =
        new LoraSettings(
            new LoraRanks(
                2, 16, Map.of("layers.0.self_attn.q_proj", 3), Map.of("up_proj", 4.5), true),
            0.1,
            new LoraTargets(
                ModuleNames.matching(".*(q|up)_proj"),
                ModuleNames.of(List.of("layers.1.mlp.up_proj")),
                List.of(),
                List.of()),
            LoraInit.GAUSSIAN,
            true,
            new TrainedParts(LoraBias.ALL, List.of("input_layernorm")));
    AdapterConfig config = new AdapterConfig(settings, Optional.empty());
    PeftAdapter.write(dir, config, Dtype.F32, matrices(config));
    PeftAdapter adapter = PeftAdapter.open(dir, base());
    assertEquals(config, adapter.config());
    assertEquals(
        List.of(
            "model.layers.0.self_attn.q_proj",
            "model.layers.0.mlp.up_proj",
            "model.layers.1.self_attn.q_proj"),
        List.copyOf(adapter.modules().keySet()));
    assertEquals(16 / Math.sqrt(3), settings.ranks().scaleOf("model.layers.0.self_attn.q_proj"));
    assertEquals(4.5 / Math.sqrt(2), settings.ranks().scaleOf("model.layers.0.mlp.up_proj"));
  }

  @Test
  void onlyTheBlocksThatAreNumberedGetAnAdapter() {
    LoraTargets second =
        new LoraTargets(
            ModuleNames.of(List.of("v_proj", "model.layers.0.mlp.up_proj")),
            ModuleNames.NONE,
            List.of(1),
            List.of());
    assertEquals(
        List.of("model.layers.0.mlp.up_proj", "model.layers.1.self_attn.v_proj"),
        List.copyOf(second.resolve(base()).keySet()));
    LoraTargets named =
        new LoraTargets(second.targets(), ModuleNames.NONE, List.of(1), List.of("h", "layers"));
    assertEquals(second.resolve(base()).keySet(), named.resolve(base()).keySet());
    LoraTargets elsewhere =
        new LoraTargets(
            ModuleNames.of(List.of("v_proj")), ModuleNames.NONE, List.of(1), List.of("h"));
    HoneException e = assertThrows(HoneException.class, () -> elsewhere.resolve(base()));
    assertTrue(e.getMessage().contains("in the layers [1] of layers_pattern [h]"), e.getMessage());
  }

  /** What PEFT 0.21 adds to the file when a feature is off does not stop an adapter. */
  @Test
  void featuresThatAreOffAreFine() throws IOException {
    PeftAdapter.write(dir, CONFIG, Dtype.F32, matrices(CONFIG));
    ObjectNode json = JsonFile.read(dir.resolve(PeftAdapter.CONFIG));
    String added =
        "{'alora_invocation_tokens':null,'corda_config':null,'ensure_weight_tying':false,"
            + "'exclude_modules':null,'lora_bias':false,'peft_version':'0.21.2',"
            + "'qalora_group_size':16,'target_parameters':null,'use_qalora':false}";
    json.setAll((ObjectNode) new JsonMapper().readTree(added.replace('\'', '"')));
    JsonFile.write(dir.resolve(PeftAdapter.CONFIG), json);
    assertEquals(4, PeftAdapter.open(dir, base()).modules().size());
  }

  static List<TensorSpec> base() {
    ObjectNode json = TinyModel.config("llama", c -> {});
    ModelFamily family = ModelFamily.named("llama", "config");
    return family.tensors(family.read(new ConfigJson("config", json)));
  }

  /** A and B of every target, counting up from 0. */
  static List<TensorSource> matrices(AdapterConfig config) {
    List<TensorSource> matrices = new ArrayList<>();
    LoraRanks ranks = config.settings().ranks();
    config
        .settings()
        .targets()
        .resolve(base())
        .forEach(
            (module, shape) -> {
              matrices.add(counting(PeftAdapter.nameOfA(module), ranks.rankOf(module), shape[1]));
              matrices.add(counting(PeftAdapter.nameOfB(module), shape[0], ranks.rankOf(module)));
              if (config.settings().dora()) {
                matrices.add(counting(PeftAdapter.nameOfMagnitude(module), shape[0]));
              }
            });
    config
        .settings()
        .parts(base())
        .values()
        .forEach(part -> matrices.add(counting(part.file(), part.source().shape())));
    return matrices;
  }

  private static TensorSource counting(String name, long... shape) {
    float[] values = new float[(int) TensorInfo.elements(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return TensorSource.of(name, shape, FloatBuffer.wrap(values));
  }
}
