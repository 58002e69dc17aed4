package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Task;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.layers.ScoreRule;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class RewardModelTest {
  private static final int TOKENS = 256;

  /** More than the head takes at a time. */
  private static final int DOCUMENTS = 70;

  /** The squares of the rewards: every document has a slope of its own. */
  private static final ScoreRule SQUARES =
      (rewards, slopes) -> {
        double sum = 0;
        for (int i = 0; i < DOCUMENTS; i++) {
          slopes[i] = 2 * rewards[i];
          sum += rewards[i] * rewards[i];
        }
        return sum;
      };

  @TempDir Path dir;
  private final Kernels kernels = new CpuKernels(1);

  @Test
  void manyDocumentsAreAsEachAlone() throws IOException {
    CausalLm model = load(TinyModel.write(dir, "llama", false), Optional.empty(), 3);
    RewardModel rewards = new RewardModel(model);
    List<PackedRow> documents = new ArrayList<>();
    double[] alone = new double[DOCUMENTS];
    model.zeroGradients();
    for (int i = 0; i < alone.length; i++) {
      documents.add(TinyModel.document(i, 1 + i % 4));
      alone[i] = rewards.rewards(documents.get(i))[0];
      int document = i;
      rewards.forwardBackward(
          documents.get(i),
          (found, slopes) -> {
            slopes[0] = 2 * alone[document];
            return found[0] * found[0];
          });
    }
    float[] expected = gradients(model);

    PackedRow row = PackedRow.concat(documents);
    assertArrayEquals(alone, rewards.rewards(row), 1e-5);
    model.zeroGradients();
    rewards.forwardBackward(row, SQUARES);

    assertArrayEquals(expected, gradients(model), 1e-3f);
  }

  /** The padding of TinyModel is its end token, 2, as nothing else is said of one. */
  @Test
  void paddingAtTheEndOfADocumentIsNoPartOfIt() throws IOException {
    RewardModel rewards =
        new RewardModel(load(TinyModel.write(dir, "llama", true), Optional.empty(), 3));
    double[] ended = rewards.rewards(row(new int[] {5, 6, 2, 7, 2, 2}, 0, 3));
    double[] bare = rewards.rewards(row(new int[] {5, 6, 7}, 0, 2));
    assertArrayEquals(bare, ended, 1e-6);
  }

  @Test
  void theScoreBeginsBySeedAndRangeAndIsKept() throws IOException {
    ModelDirectory base =
        TinyModel.write(dir.resolve("base"), "qwen3", false, j -> j.put("initializer_range", 0.5));
    CausalLm model = load(base, Optional.empty(), 3);
    float[] begun = score(model);
    assertArrayEquals(begun, score(load(base, Optional.empty(), 3)));
    assertNotEquals(begun[0], score(load(base, Optional.empty(), 4))[0]);
    double square = 0;
    for (float value : begun) {
      square += value * value;
    }
    double deviation = Math.sqrt(square / begun.length);
    assertTrue(deviation > 0.2 && deviation < 1, () -> "deviation " + deviation);

    model.save(dir.resolve("saved"));
    ModelDirectory saved = ModelDirectory.open(dir.resolve("saved"), Task.SEQ_CLS);
    assertArrayEquals(begun, score(load(saved, Optional.empty(), 9)));
    assertTrue(!saved.weights().names().contains("lm_head.weight"));
    JsonNode config = new JsonMapper().readTree(dir.resolve("saved/config.json").toFile());
    assertEquals("Qwen3ForSequenceClassification", config.get("architectures").get(0).asText());
    assertEquals("{\"0\":\"LABEL_0\"}", config.get("id2label").toString());
    assertEquals(2, config.get("pad_token_id").asInt());
    String refusal =
        assertThrows(HoneException.class, () -> ModelDirectory.open(dir.resolve("saved")))
            .getMessage();
    assertTrue(refusal.contains("is a reward model (Qwen3ForSequenceClassification)"), refusal);
  }

  @Test
  void anAdapterIsSavedWithItsScore() throws IOException {
    ModelDirectory base = TinyModel.write(dir.resolve("base"), "llama", true);
    LoraSpec lora =
        new LoraSpec(LoraSettings.of(2, 4, 0, List.of()).forTask(Task.SEQ_CLS), Optional.empty());
    CausalLm model = load(base, Optional.of(lora), 3);
    model.save(dir.resolve("adapter"));
    JsonNode config =
        new JsonMapper().readTree(dir.resolve("adapter/adapter_config.json").toFile());
    assertEquals("SEQ_CLS", config.get("task_type").asText());
    assertEquals("[\"score\"]", config.get("modules_to_save").toString());
    ((ArrayNode) config.get("modules_to_save")).insert(0, "classifier"); // as PEFT writes it
    Files.writeString(dir.resolve("adapter/adapter_config.json"), config.toString());
    ModelDirectory rewards = base.forTask(Task.SEQ_CLS);
    CausalLm again = load(base, Optional.of(LoraSpec.trained(dir.resolve("adapter"), rewards)), 9);
    assertArrayEquals(score(model), score(again));
    String refusal =
        assertThrows(HoneException.class, () -> LoraSpec.trained(dir.resolve("adapter"), base))
            .getMessage();
    assertTrue(refusal.contains("is the adapter of a reward model"), refusal);
  }

  @Test
  void aFamilyWithoutSuchAClassIsRefused() throws IOException {
    ModelDirectory granite = TinyModel.write(dir, "granite", true);
    String refusal =
        assertThrows(HoneException.class, () -> granite.forTask(Task.SEQ_CLS)).getMessage();
    assertTrue(refusal.contains("of type granite could not be opened"), refusal);
  }

  private CausalLm load(ModelDirectory base, Optional<LoraSpec> lora, long seed) {
    return CausalLm.load(
        ScoreStart.on(base.forTask(Task.SEQ_CLS), seed), lora, kernels, TOKENS, seed);
  }

  private static PackedRow row(int[] ids, int... starts) {
    return new PackedRow(ids, new float[ids.length], starts);
  }

  private float[] score(CausalLm model) {
    Parameter score =
        model.parameters().stream()
            .filter(parameter -> parameter.name().endsWith(Task.SCORE))
            .findFirst()
            .orElseThrow();
    float[] values = new float[Math.toIntExact(score.value().length())];
    kernels.read(score.value(), 0, FloatBuffer.wrap(values));
    return values;
  }

  private float[] gradients(CausalLm model) {
    float[] values = new float[Math.toIntExact(model.gradients().length())];
    kernels.read(model.gradients(), 0, FloatBuffer.wrap(values));
    return values;
  }
}
