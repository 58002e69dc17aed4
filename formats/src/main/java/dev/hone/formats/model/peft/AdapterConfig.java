package dev.hone.formats.model.peft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code adapter_config.json} of a LoRA adapter: {@code y = W x + lora_alpha / r · B A x}.
 *
 * @param r rank
 * @param alpha {@code lora_alpha}
 * @param dropout {@code lora_dropout}
 * @param targetModules {@code target_modules}; empty: {@code all-linear}
 * @param baseModel {@code base_model_name_or_path}
 */
public record AdapterConfig(
    int r, double alpha, double dropout, List<String> targetModules, Optional<String> baseModel) {

  /** Keys that are read, or that change nothing in what an adapter computes. */
  private static final Set<String> UNDERSTOOD =
      Set.of(
          "peft_type",
          "task_type",
          "r",
          "lora_alpha",
          "lora_dropout",
          "target_modules",
          "base_model_name_or_path",
          "init_lora_weights",
          "inference_mode",
          "revision",
          "auto_mapping",
          "peft_version",
          "megatron_core",
          "qalora_group_size",
          "eva_config",
          "runtime_config");

  /** Initialisations that leave the base model's weights as they are. */
  private static final Set<String> PLAIN_INITIALISATIONS =
      Set.of("true", "false", "gaussian", "eva", "orthogonal");

  public AdapterConfig {
    targetModules = List.copyOf(targetModules);
  }

  /**
   * Reads the file. A key that hone does not know is refused unless it is off (null, false, 0,
   * none, empty): a feature that is left out silently would give other numbers than PEFT.
   *
   * @throws HoneException with all problems
   */
  static AdapterConfig read(Path file) {
    ObjectNode json = JsonFile.read(file);
    List<String> problems = new ArrayList<>();
    expect(json, "peft_type", Set.of("LORA"), problems);
    if (!isOff(json.path("task_type"))) {
      expect(json, "task_type", Set.of("CAUSAL_LM"), problems);
    }
    if (json.has("init_lora_weights")) {
      expect(json, "init_lora_weights", PLAIN_INITIALISATIONS, problems);
    }
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (!UNDERSTOOD.contains(field.getKey()) && !isOff(field.getValue())) {
        problems.add(
            field.getKey() + " is " + field.getValue() + ", which this version does not support");
      }
    }
    JsonNode r = json.path("r");
    if (!r.isInt() || r.intValue() < 1) {
      problems.add("r is " + r + ", not a whole number above 0");
    }
    for (String key : List.of("lora_alpha", "lora_dropout")) {
      if (!json.path(key).isNumber()) {
        problems.add(key + " is " + json.path(key) + ", not a number");
      }
    }
    List<String> targets = targets(json.path("target_modules"), problems);
    if (!problems.isEmpty()) {
      throw new HoneException(file + ": " + String.join("; ", problems));
    }
    return new AdapterConfig(
        r.intValue(),
        json.get("lora_alpha").doubleValue(),
        json.get("lora_dropout").doubleValue(),
        targets,
        Optional.ofNullable(json.path("base_model_name_or_path").textValue()));
  }

  private static List<String> targets(JsonNode node, List<String> problems) {
    if (node.isTextual()) {
      if (!node.textValue().equals("all-linear")) {
        problems.add(
            "target_modules is the pattern " + node + "; hone reads a list or \"all-linear\"");
      }
      return List.of();
    }
    List<String> targets = new ArrayList<>();
    node.forEach(target -> targets.add(target.asText()));
    if (targets.isEmpty()) {
      problems.add("target_modules is " + node + "; it has to name the layers of the adapter");
    }
    return targets;
  }

  private static void expect(
      ObjectNode json, String key, Set<String> values, List<String> problems) {
    if (!values.contains(json.path(key).asText())) {
      problems.add(key + " is " + json.path(key) + ", this version supports " + sorted(values));
    }
  }

  private static String sorted(Set<String> values) {
    return String.join(", ", values.stream().sorted().toList());
  }

  private static boolean isOff(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || (value.isBoolean() && !value.booleanValue())
        || (value.isNumber() && value.doubleValue() == 0)
        || (value.isContainerNode() && value.isEmpty())
        || (value.isTextual() && (value.textValue().isEmpty() || value.textValue().equals("none")));
  }

  /** Writes the file with the keys that every PEFT since 0.10 knows. */
  void write(Path file) {
    ObjectNode json = JsonFile.object();
    json.putObject("alpha_pattern");
    json.putNull("auto_mapping");
    json.put("base_model_name_or_path", baseModel.orElse(null));
    json.put("bias", "none");
    json.put("fan_in_fan_out", false);
    json.put("inference_mode", true);
    json.put("init_lora_weights", true);
    json.putNull("layer_replication");
    json.putNull("layers_pattern");
    json.putNull("layers_to_transform");
    json.putObject("loftq_config");
    if (alpha == Math.rint(alpha)) { // vLLM reads it into an int
      json.put("lora_alpha", (long) alpha);
    } else {
      json.put("lora_alpha", alpha);
    }
    json.put("lora_dropout", dropout);
    json.putNull("megatron_config");
    json.put("megatron_core", "megatron.core");
    json.putNull("modules_to_save");
    json.put("peft_type", "LORA");
    json.put("r", r);
    json.putObject("rank_pattern");
    json.putNull("revision");
    targetModules.forEach(json.putArray("target_modules")::add);
    json.put("task_type", "CAUSAL_LM");
    json.put("use_dora", false);
    json.put("use_rslora", false);
    JsonFile.write(file, json);
  }
}
