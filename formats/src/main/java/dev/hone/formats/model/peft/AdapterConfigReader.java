package dev.hone.formats.model.peft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.Task;
import dev.hone.formats.model.hf.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code adapter_config.json}. A key that hone does not know is refused unless it is off
 * (null, false, 0, none, empty): a feature that is left out silently would give other numbers than
 * PEFT.
 */
final class AdapterConfigReader {
  /** Keys that are read, or that change nothing in what an adapter computes. */
  private static final Set<String> UNDERSTOOD =
      Set.of(
          "peft_type",
          "task_type",
          "r",
          "lora_alpha",
          "lora_dropout",
          "target_modules",
          "exclude_modules",
          "layers_to_transform",
          "layers_pattern",
          "rank_pattern",
          "alpha_pattern",
          "use_rslora",
          "use_dora",
          "bias",
          "modules_to_save",
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

  private final ObjectNode json;
  private final List<String> problems = new ArrayList<>();

  private AdapterConfigReader(ObjectNode json) {
    this.json = json;
  }

  /**
   * Reads the file.
   *
   * @throws HoneException with all problems
   */
  static AdapterConfig read(Path file) {
    AdapterConfigReader reader = new AdapterConfigReader(JsonFile.read(file));
    AdapterConfig config = reader.read();
    if (!reader.problems.isEmpty()) {
      throw new HoneException(file + ": " + String.join("; ", reader.problems));
    }
    return config;
  }

  private AdapterConfig read() {
    expect("peft_type", Set.of("LORA"));
    if (!isOff(json.path("task_type"))) {
      expect("task_type", Set.of(Task.CAUSAL_LM.name(), Task.SEQ_CLS.name()));
    }
    Task task =
        json.path("task_type").asText().equals(Task.SEQ_CLS.name()) ? Task.SEQ_CLS : Task.CAUSAL_LM;
    if (json.has("init_lora_weights")) {
      expect("init_lora_weights", PLAIN_INITIALISATIONS);
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
    Map<String, Integer> ranks = new LinkedHashMap<>();
    pattern("rank_pattern")
        .forEach(
            (key, value) -> {
              if (!value.isInt() || value.intValue() < 1) {
                problems.add("rank_pattern has " + value + ", not a whole number above 0");
              }
              ranks.put(key, value.intValue());
            });
    Map<String, Double> alphas = new LinkedHashMap<>();
    pattern("alpha_pattern").forEach((key, value) -> alphas.put(key, value.doubleValue()));
    return new AdapterConfig(
        new LoraSettings(
            new LoraRanks(
                r.intValue(),
                json.path("lora_alpha").doubleValue(),
                ranks,
                alphas,
                json.path("use_rslora").asBoolean()),
            json.path("lora_dropout").doubleValue(),
            new LoraTargets(
                targets(),
                names("exclude_modules"),
                numbers("layers_to_transform"),
                words("layers_pattern")),
            json.path("init_lora_weights").asText().equals("gaussian")
                ? LoraInit.GAUSSIAN
                : LoraInit.KAIMING,
            json.path("use_dora").asBoolean(),
            new TrainedParts(bias(), saved(task))),
        Optional.ofNullable(json.path("base_model_name_or_path").textValue()),
        task);
  }

  /** PEFT names every head that a classifier could have, and the score again. */
  private List<String> saved(Task task) {
    List<String> words = words("modules_to_save");
    return task == Task.SEQ_CLS
        ? words.stream().distinct().filter(word -> !word.equals("classifier")).toList()
        : words;
  }

  private LoraBias bias() {
    String bias = json.path("bias").asText("none");
    if (!List.of("none", "lora_only", "all").contains(bias)) {
      problems.add("bias is " + bias + ", this version supports all, lora_only, none");
      return LoraBias.NONE;
    }
    return LoraBias.named(bias);
  }

  private Map<String, JsonNode> pattern(String key) {
    Map<String, JsonNode> entries = new LinkedHashMap<>();
    json.path(key)
        .properties()
        .forEach(
            entry -> {
              if (!entry.getValue().isNumber()) {
                problems.add(key + " has " + entry.getValue() + ", not a number");
              }
              entries.put(entry.getKey(), entry.getValue());
            });
    return entries;
  }

  private ModuleNames targets() {
    JsonNode node = json.path("target_modules");
    if (node.isTextual() && node.textValue().equals("all-linear")) {
      return ModuleNames.NONE;
    }
    ModuleNames targets = names("target_modules");
    if (targets.isEmpty()) {
      problems.add("target_modules is " + node + "; it has to name the layers of the adapter");
    }
    return targets;
  }

  /** A list of names, or a pattern. */
  private ModuleNames names(String key) {
    JsonNode node = json.path(key);
    if (node.isTextual()) {
      return ModuleNames.matching(node.textValue());
    }
    List<String> names = new ArrayList<>();
    node.forEach(name -> names.add(name.asText()));
    return ModuleNames.of(names);
  }

  /** A word, or a list of them. */
  private List<String> words(String key) {
    ModuleNames words = names(key);
    return words.pattern().isEmpty() ? words.names() : List.of(words.pattern());
  }

  private List<Integer> numbers(String key) {
    JsonNode node = json.path(key);
    if (node.isInt()) {
      return List.of(node.intValue());
    }
    List<Integer> numbers = new ArrayList<>();
    node.forEach(number -> numbers.add(number.intValue()));
    return numbers;
  }

  private void expect(String key, Set<String> values) {
    if (!values.contains(json.path(key).asText())) {
      problems.add(
          "%s is %s, this version supports %s"
              .formatted(
                  key, json.path(key), String.join(", ", values.stream().sorted().toList())));
    }
  }

  private static boolean isOff(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || (value.isBoolean() && !value.booleanValue())
        || (value.isNumber() && value.doubleValue() == 0)
        || (value.isContainerNode() && value.isEmpty())
        || (value.isTextual() && (value.textValue().isEmpty() || value.textValue().equals("none")));
  }
}
