package dev.hone.formats.model.peft;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.model.Task;
import dev.hone.formats.model.hf.JsonFile;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code adapter_config.json} of a LoRA adapter.
 *
 * @param settings what it computes
 * @param baseModel {@code base_model_name_or_path}
 * @param task {@code task_type}
 */
public record AdapterConfig(LoraSettings settings, Optional<String> baseModel, Task task) {

  /** Of a language model. */
  public AdapterConfig(LoraSettings settings, Optional<String> baseModel) {
    this(settings, baseModel, Task.CAUSAL_LM);
  }

  /** Writes the file with the keys that every PEFT since 0.10 knows, and those that are in use. */
  void write(Path file) {
    LoraRanks ranks = settings.ranks();
    LoraTargets targets = settings.targets();
    ObjectNode json = JsonFile.object();
    ObjectNode alphas = json.putObject("alpha_pattern");
    ranks.alphaPattern().forEach((module, alpha) -> putNumber(alphas, module, alpha));
    json.putNull("auto_mapping");
    json.put("base_model_name_or_path", baseModel.orElse(null));
    json.put("bias", settings.parts().bias().key());
    if (!targets.excluded().isEmpty()) {
      put(json, "exclude_modules", targets.excluded());
    }
    json.put("fan_in_fan_out", false);
    json.put("inference_mode", true);
    if (settings.init().equals(LoraInit.GAUSSIAN)) {
      json.put("init_lora_weights", "gaussian");
    } else {
      json.put("init_lora_weights", true);
    }
    json.putNull("layer_replication");
    if (targets.layersPattern().isEmpty()) {
      json.putNull("layers_pattern");
    } else {
      targets.layersPattern().forEach(json.putArray("layers_pattern")::add);
    }
    if (targets.layers().isEmpty()) {
      json.putNull("layers_to_transform");
    } else {
      targets.layers().forEach(json.putArray("layers_to_transform")::add);
    }
    json.putObject("loftq_config");
    putNumber(json, "lora_alpha", ranks.alpha());
    json.put("lora_dropout", settings.dropout());
    json.putNull("megatron_config");
    json.put("megatron_core", "megatron.core");
    if (settings.parts().modules().isEmpty()) {
      json.putNull("modules_to_save");
    } else {
      settings.parts().modules().forEach(json.putArray("modules_to_save")::add);
    }
    json.put("peft_type", "LORA");
    json.put("r", ranks.r());
    ObjectNode patterns = json.putObject("rank_pattern");
    ranks.rankPattern().forEach(patterns::put);
    json.putNull("revision");
    put(json, "target_modules", targets.targets());
    json.put("task_type", task.name());
    json.put("use_dora", settings.dora());
    json.put("use_rslora", ranks.rslora());
    JsonFile.write(file, json);
  }

  /** A whole number without a point: vLLM reads {@code lora_alpha} into an int. */
  private static void putNumber(ObjectNode json, String key, double value) {
    if (value == Math.rint(value)) {
      json.put(key, (long) value);
    } else {
      json.put(key, value);
    }
  }

  private static void put(ObjectNode json, String key, ModuleNames names) {
    if (names.pattern().isEmpty()) {
      names.names().forEach(json.putArray(key)::add);
    } else {
      json.put(key, names.pattern());
    }
  }
}
