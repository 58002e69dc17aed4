package dev.hone.formats.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.ConfigJson;
import dev.hone.formats.model.hf.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Shapes of published models by name, to plan and time what one does not have the weights of. The
 * numbers are those of each model's {@code config.json}, in {@code shapes.json}; mistral-7b is
 * version 0.3. All are published in bfloat16.
 */
public final class KnownShapes {
  private KnownShapes() {}

  /** Every name, in alphabetical order. */
  public static List<String> names() {
    List<String> names = new ArrayList<>();
    shapes().fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Whether there is a shape of that name. */
  public static boolean has(String name) {
    return shapes().has(name);
  }

  /**
   * A model of that shape, whose weights have no values.
   *
   * @throws HoneException if there is no such shape
   */
  public static ModelDirectory named(String name) {
    JsonNode found = shapes().get(name);
    if (!(found instanceof ObjectNode object)) {
      throw new HoneException(
          "hone knows no shape '%s'; it knows %s".formatted(name, String.join(", ", names())));
    }
    ConfigJson json = new ConfigJson("shape " + name, object);
    ModelFamily family = ModelFamily.named(json.text("model_type", "unknown"), "shape " + name);
    ModelConfig config = family.read(json);
    json.check();
    return ModelDirectory.of(
        Path.of(name), name, family, config, ShapeWeights.of(family.tensors(config), Dtype.BF16));
  }

  private static ObjectNode shapes() {
    return JsonFile.resource(KnownShapes.class, "shapes.json");
  }
}
