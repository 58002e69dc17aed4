package dev.hone.formats.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.gguf.GgufMetadata;
import dev.hone.formats.model.hf.ConfigJson;
import dev.hone.formats.model.hf.DecoderTensors;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A family of models: how its {@code config.json} is read and which tensors it has. A new family is
 * one class with {@code @AutoService(ModelFamily.class)}.
 */
public interface ModelFamily {
  /** {@code model_type} in {@code config.json}. */
  String modelType();

  /** {@code architectures} in {@code config.json}: the class that Transformers opens it with. */
  String architecture();

  /** The class that Transformers opens a reward model of the family with, if it has one. */
  default Optional<String> classifier() {
    return Optional.of(architecture().replace(Task.CAUSAL_LM.ending(), Task.SEQ_CLS.ending()));
  }

  /** {@code general.architecture} in GGUF files. */
  String ggufArchitecture();

  /**
   * {@code general.architecture} of the GGUF files that hone writes of such models; empty: it
   * writes none.
   */
  default Optional<String> writtenGgufArchitecture() {
    return Optional.empty();
  }

  /**
   * Whether llama.cpp stores the rows of q and k so that the two rows that RoPE turns together are
   * neighbours; Hugging Face has them half a head apart.
   */
  boolean ggufPairsRotaryRows();

  /**
   * Adds to the {@code config.json} of a GGUF file what its metadata say in keys of this family.
   *
   * @param config has what all families share
   */
  default void addFromGguf(GgufMetadata metadata, ObjectNode config) {}

  /** {@code config.json} with the family's defaults; problems are noted in {@code json}. */
  ModelConfig read(ConfigJson json);

  /** Every tensor of a model, in the order of its layers. */
  default List<TensorSpec> tensors(ModelConfig config) {
    return DecoderTensors.of(config);
  }

  /** All families that the class path has, by {@code model_type}. */
  static SortedMap<String, ModelFamily> all() {
    SortedMap<String, ModelFamily> families = new TreeMap<>();
    for (ModelFamily family :
        ServiceLoader.load(ModelFamily.class, ModelFamily.class.getClassLoader())) {
      families.put(family.modelType(), family);
    }
    return families;
  }

  /**
   * The family of a {@code model_type}.
   *
   * @param where the file, for the message
   * @throws HoneException if hone has no such family
   */
  static ModelFamily named(String modelType, String where) {
    ModelFamily found = all().get(modelType);
    if (found == null) {
      throw new HoneException(
          where
              + " is a model of type "
              + modelType
              + ", which hone does not know; it knows "
              + String.join(", ", all().keySet()));
    }
    return found;
  }
}
