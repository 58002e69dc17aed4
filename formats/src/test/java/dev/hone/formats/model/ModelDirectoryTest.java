package dev.hone.formats.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.model.safetensors.SafetensorsReader;
import dev.hone.formats.model.safetensors.SafetensorsWriter;
import dev.hone.formats.model.safetensors.ShardedWeights;
import dev.hone.formats.model.safetensors.TensorSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ModelDirectoryTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({"llama,20", "mistral,20", "qwen2,26", "qwen3,24"})
  void opensEveryFamily(String modelType, int tensors) {
    TinyModel.write(dir, TinyModel.config(modelType, c -> {}));
    ModelDirectory model = ModelDirectory.open(dir);
    assertEquals(modelType, model.config().modelType());
    assertEquals(tensors, model.tensors().size());
    assertEquals(model.weights().names().size(), tensors);
  }

  @Test
  void anOutlineHasShapesAndNoValues() throws IOException {
    TinyModel.write(dir, TinyModel.config("qwen2", c -> {}));
    ModelDirectory whole = ModelDirectory.open(dir);
    ModelDirectory outline = ModelDirectory.outline(dir);
    assertEquals(whole.config().hiddenSize(), outline.config().hiddenSize());
    for (String name : whole.weights().names()) {
      assertEquals(whole.weights().info(name), outline.weights().info(name));
      assertEquals(
          whole.weights().mappedFloats(name).isPresent(),
          outline.weights().mappedFloats(name).isPresent());
    }
    FloatBuffer target = FloatBuffer.allocate(8);
    outline.weights().readFloats("model.norm.weight", target);
    assertEquals(0, target.remaining());
    assertThrows(HoneException.class, () -> outline.weights().info("model.none"));
  }

  @Test
  void anOutlineNeedsNoWeights() throws IOException {
    TinyModel.write(dir, TinyModel.config("llama", c -> c.put("dtype", "bfloat16")));
    Files.delete(dir.resolve("model.safetensors"));
    ModelDirectory outline = ModelDirectory.outline(dir);
    assertEquals(20, outline.weights().names().size());
    assertEquals(Dtype.BF16, outline.weights().info("model.norm.weight").dtype());
    TinyModel.write(dir, TinyModel.config("llama", c -> c.put("dtype", "int3")));
    Files.delete(dir.resolve("model.safetensors"));
    HoneException e = assertThrows(HoneException.class, () -> ModelDirectory.outline(dir));
    assertTrue(e.getMessage().contains("config.json: dtype is int3"), e.getMessage());
  }

  @Test
  void tensorsHaveHuggingFacesShapes() {
    TinyModel.write(
        dir,
        TinyModel.config("qwen3", c -> c.put("head_dim", 6).put("tie_word_embeddings", false)));
    ModelDirectory model = ModelDirectory.open(dir);
    Set<String> specs =
        model.tensors().stream()
            .map(s -> s.name() + TensorInfo.text(s.shape()))
            .collect(Collectors.toSet());
    assertTrue(
        specs.containsAll(
            List.of(
                "model.embed_tokens.weight[24, 8]",
                "model.layers.0.self_attn.q_proj.weight[12, 8]",
                "model.layers.1.self_attn.k_proj.weight[6, 8]",
                "model.layers.1.self_attn.o_proj.weight[8, 12]",
                "model.layers.1.self_attn.q_norm.weight[6]",
                "model.layers.0.mlp.down_proj.weight[8, 12]",
                "lm_head.weight[24, 8]")),
        specs.toString());
  }

  @Test
  void everyMismatchIsReportedAtOnce() {
    TinyModel.write(dir, TinyModel.config("llama", c -> {}));
    List<TensorSource> tensors = new ArrayList<>();
    Weights weights = SafetensorsReader.open(dir.resolve("model.safetensors"));
    for (String name : weights.names()) {
      if (!name.equals("model.norm.weight")
          && !name.equals("model.layers.1.self_attn.k_proj.weight")) {
        tensors.add(copy(weights, name));
      }
    }
    tensors.add(zeros("model.layers.1.self_attn.k_proj.weight", 8, 4));
    tensors.add(zeros("model.layers.0.mlp.router.weight", 2));
    tensors.add(zeros("model.layers.0.self_attn.rotary_emb.inv_freq", 2));
    Path broken = dir.resolve("broken");
    TinyModel.write(broken, JsonFile.read(dir.resolve("config.json")), tensors);
    HoneException e = assertThrows(HoneException.class, () -> ModelDirectory.open(broken));
    assertEquals(
        broken
            + " has weights that do not fit its config.json: tensor"
            + " model.layers.1.self_attn.k_proj.weight is [8, 4] but the config says [4, 8]; tensor"
            + " model.norm.weight [8] is missing; tensor model.layers.0.mlp.router.weight is not one"
            + " of a llama model",
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTiedHeadMayBeStoredIfItIsTheSame(boolean same) {
    TinyModel.write(dir, TinyModel.config("llama", c -> {}));
    Weights weights = SafetensorsReader.open(dir.resolve("model.safetensors"));
    List<TensorSource> tensors = new ArrayList<>();
    weights.names().forEach(name -> tensors.add(copy(weights, name)));
    FloatBuffer head = FloatBuffer.allocate(24 * 8);
    weights.readFloats("model.embed_tokens.weight", head);
    if (!same) {
      head.put(191, head.get(191) + 1);
    }
    tensors.add(TensorSource.of("lm_head.weight", new long[] {24, 8}, head.flip()));
    Path tied = dir.resolve("tied");
    TinyModel.write(tied, JsonFile.read(dir.resolve("config.json")), tensors);
    if (same) {
      assertEquals(20, ModelDirectory.open(tied).tensors().size());
    } else {
      assertThrows(HoneException.class, () -> ModelDirectory.open(tied));
    }
  }

  @Test
  void shardsAreFoundThroughTheIndex() throws IOException {
    TinyModel.write(dir, TinyModel.config("qwen2", c -> {}));
    Weights weights = SafetensorsReader.open(dir.resolve("model.safetensors"));
    Path split = Files.createDirectory(dir.resolve("split"));
    Files.copy(dir.resolve("config.json"), split.resolve("config.json"));
    ObjectNode index = JsonFile.object();
    ObjectNode map = index.putObject("weight_map");
    List<List<TensorSource>> shards = List.of(new ArrayList<>(), new ArrayList<>());
    int i = 0;
    for (String name : weights.names()) {
      int shard = i++ % 2;
      shards.get(shard).add(copy(weights, name));
      map.put(name, "shard" + shard + ".safetensors");
    }
    for (int shard = 0; shard < 2; shard++) {
      SafetensorsWriter.write(
          split.resolve("shard" + shard + ".safetensors"), Dtype.F32, shards.get(shard));
    }
    JsonFile.write(split.resolve(ShardedWeights.INDEX), index);

    Weights sharded = ModelDirectory.open(split).weights();
    assertEquals(weights.names(), sharded.names());
    for (String name : weights.names()) {
      assertEquals(weights.mappedFloats(name), sharded.mappedFloats(name), name);
    }

    Files.delete(split.resolve("shard1.safetensors"));
    HoneException e = assertThrows(HoneException.class, () -> ModelDirectory.open(split));
    assertTrue(
        e.getMessage().contains("shard1.safetensors is missing (13 tensors)"), e::getMessage);
    SafetensorsWriter.write(
        split.resolve("shard1.safetensors"), Dtype.F32, shards.get(1).subList(1, 13));
    e = assertThrows(HoneException.class, () -> ModelDirectory.open(split));
    assertTrue(
        e.getMessage().contains("has no tensor " + shards.get(1).get(0).name()), e::getMessage);
  }

  @Test
  void generationConfigDecidesTheEndTokens() throws IOException {
    TinyModel.write(dir, TinyModel.config("llama", c -> c.put("eos_token_id", 3)));
    assertEquals(List.of(3), ModelDirectory.open(dir).config().eosTokenIds());
    Path generation = dir.resolve("generation_config.json");
    Files.writeString(generation, "{\"eos_token_id\": [4, 5]}");
    assertEquals(List.of(4, 5), ModelDirectory.open(dir).config().eosTokenIds());
    Files.writeString(generation, "{\"eos_token_id\": 6}");
    assertEquals(List.of(6), ModelDirectory.open(dir).config().eosTokenIds());
    Files.writeString(generation, "{}");
    assertEquals(List.of(3), ModelDirectory.open(dir).config().eosTokenIds());
  }

  @Test
  void whatIsNotAModelIsSaid() throws IOException {
    assertThrows(HoneException.class, () -> ModelDirectory.open(dir.resolve("nothing")));
    assertThrows(HoneException.class, () -> ModelDirectory.open(dir));
    Files.writeString(dir.resolve("config.json"), "{\"model_type\": \"bert\"");
    assertThrows(HoneException.class, () -> ModelDirectory.open(dir));
    Files.writeString(dir.resolve("config.json"), "{\"model_type\": \"bert\"}");
    HoneException e = assertThrows(HoneException.class, () -> ModelDirectory.open(dir));
    assertEquals(
        dir
            + "/config.json is a model of type bert, which hone does not know; it knows gemma2,"
            + " gemma3_text, granite, llama, mistral, olmo2, phi3, qwen2, qwen3, smollm3",
        e.getMessage());
    JsonFile.write(dir.resolve("config.json"), TinyModel.config("llama", c -> {}));
    e = assertThrows(HoneException.class, () -> ModelDirectory.open(dir));
    assertTrue(e.getMessage().contains("safetensors weights only"), e.getMessage());
  }

  @Test
  void companionsFollowTheWeights() throws IOException {
    TinyModel.write(dir, TinyModel.config("llama", c -> c.put("torch_dtype", "float32")));
    Files.writeString(dir.resolve("tokenizer.json"), "{}");
    Path copy = dir.resolve("copy");
    ModelDirectory.open(dir).writeCompanions(copy, Dtype.BF16);
    assertEquals("{}", Files.readString(copy.resolve("tokenizer.json")));
    assertEquals(
        "bfloat16", JsonFile.read(copy.resolve("config.json")).get("torch_dtype").asText());
  }

  private static TensorSource copy(Weights weights, String name) {
    return TensorSource.copyOf(weights, name);
  }

  private static TensorSource zeros(String name, long... shape) {
    return TensorSource.of(name, shape, FloatBuffer.allocate((int) TensorInfo.elements(shape)));
  }
}
