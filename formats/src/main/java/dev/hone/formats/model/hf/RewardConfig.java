package dev.hone.formats.model.hf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** What the files of a model say that only matters where it gives rewards. */
public final class RewardConfig {
  private static final String CONFIG = "config.json";
  private static final String PAD = "pad_token_id";
  private static final double TRANSFORMERS_RANGE = 0.02;

  private RewardConfig() {}

  /**
   * The class of Transformers that opens a reward model of a family.
   *
   * @throws HoneException if there is none
   */
  public static String architecture(ModelFamily family) {
    return family
        .classifier()
        .orElseThrow(
            () ->
                new HoneException(
                    "a reward model of type %s could not be opened: Transformers has no class for one; choose a base_model of another type"
                        .formatted(family.modelType())));
  }

  /**
   * Requires that a stored reward model gives one number.
   *
   * @throws HoneException if it has more labels
   */
  public static void requireOneLabel(Path directory, ConfigJson json) {
    int labels =
        json.value("num_labels")
            .map(JsonNode::asInt)
            .or(() -> json.value("id2label").map(JsonNode::size))
            .orElse(2);
    if (labels != 1) {
      throw new HoneException(
          "%s is a classifier of %d labels (num_labels), and a reward is one number; name a reward model, or the model it is to be trained from"
              .formatted(directory, labels));
    }
  }

  /**
   * The token that Transformers takes for padding: {@code pad_token_id}, or the tokenizer's pad
   * token; empty if there is none.
   */
  public static OptionalInt padTokenId(Path directory) {
    ObjectNode config = object(directory.resolve(CONFIG));
    if (config.path(PAD).isInt()) {
      return OptionalInt.of(config.path(PAD).intValue());
    }
    JsonNode pad = object(directory.resolve("tokenizer_config.json")).path("pad_token");
    String text = pad.isObject() ? pad.path("content").textValue() : pad.textValue();
    for (JsonNode added : object(directory.resolve("tokenizer.json")).path("added_tokens")) {
      if (added.path("content").asText().equals(text)) {
        return OptionalInt.of(added.path("id").intValue());
      }
    }
    return OptionalInt.empty();
  }

  /** The standard deviation that new weights begin with: {@code initializer_range}. */
  public static double initializerRange(Path directory) {
    return object(directory.resolve(CONFIG)).path("initializer_range").asDouble(TRANSFORMERS_RANGE);
  }

  private static ObjectNode object(Path file) {
    return Files.isRegularFile(file) ? JsonFile.read(file) : JsonFile.object();
  }

  /** Makes the config of a language model that of a reward model, as Transformers writes it. */
  public static void write(ObjectNode json, ModelFamily family, OptionalInt padTokenId) {
    json.putArray("architectures").add(architecture(family));
    json.putObject("id2label").put("0", "LABEL_0");
    json.putObject("label2id").put("LABEL_0", 0);
    padTokenId.ifPresent(id -> json.put(PAD, id));
  }
}
