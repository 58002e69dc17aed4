package dev.hone.formats.model.hf;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.TensorSpec;
import dev.hone.formats.model.Weights;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compares the tensors that a config promises with those that are there. */
public final class TensorCheck {
  private static final int SHOWN = 8;
  private static final String HEAD = "lm_head.weight";
  private static final String EMBEDDING = "model.embed_tokens.weight";

  private TensorCheck() {}

  /**
   * Checks that every expected tensor is there, in the right shape and of a float type, and that no
   * other tensor would be ignored. Rotary frequencies, which old files store, are computed from the
   * config and may be there; so may the head of a model with tied embeddings, if it is the same.
   *
   * @throws HoneException with all problems; the first eight in words
   */
  public static void check(
      Path path, ModelConfig config, List<TensorSpec> expected, Weights weights) {
    List<String> problems = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (TensorSpec spec : expected) {
      known.add(spec.name());
      if (!weights.names().contains(spec.name())) {
        problems.add("tensor " + spec.name() + " " + TensorInfo.text(spec.shape()) + " is missing");
        continue;
      }
      TensorInfo info = weights.info(spec.name());
      if (!Arrays.equals(info.shape(), spec.shape())) {
        problems.add(
            "tensor "
                + spec.name()
                + " is "
                + TensorInfo.text(info.shape())
                + " but the config says "
                + TensorInfo.text(spec.shape()));
      } else if (!info.dtype().isFloat()) {
        problems.add("tensor " + spec.name() + " is " + info.dtype() + ", not a float type");
      }
    }
    for (String name : weights.names()) {
      if (!known.contains(name) && !name.endsWith(".rotary_emb.inv_freq")) {
        if (config.tieWordEmbeddings() && name.equals(HEAD)) {
          checkTiedHead(weights, problems);
        } else {
          problems.add("tensor " + name + " is not one of a " + config.modelType() + " model");
        }
      }
    }
    if (!problems.isEmpty()) {
      String more =
          problems.size() > SHOWN ? "; and " + (problems.size() - SHOWN) + " more problems" : "";
      throw new HoneException(
          path
              + " has weights that do not fit its config.json: "
              + String.join("; ", problems.subList(0, Math.min(SHOWN, problems.size())))
              + more);
    }
  }

  private static void checkTiedHead(Weights weights, List<String> problems) {
    if (!weights.names().contains(EMBEDDING)) {
      return;
    }
    TensorInfo head = weights.info(HEAD);
    if (!Arrays.equals(head.shape(), weights.info(EMBEDDING).shape())
        || !sameValues(weights, head.elements())) {
      problems.add(
          "tensor "
              + HEAD
              + " differs from "
              + EMBEDDING
              + " although tie_word_embeddings is true; set it to false to use the head");
    }
  }

  private static boolean sameValues(Weights weights, long elements) {
    FloatBuffer a = FloatBuffer.allocate((int) Math.min(elements, 1 << 20));
    FloatBuffer b = FloatBuffer.allocate(a.capacity());
    for (long offset = 0; offset < elements; offset += a.capacity()) {
      a.clear().limit((int) Math.min(a.capacity(), elements - offset));
      b.clear().limit(a.limit());
      weights.readFloats(HEAD, offset, a);
      weights.readFloats(EMBEDDING, offset, b);
      if (a.flip().mismatch(b.flip()) >= 0) {
        return false;
      }
    }
    return true;
  }
}
