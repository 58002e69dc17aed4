package dev.hone.formats.model.peft;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.Task;
import dev.hone.formats.model.TensorSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tensors of the base model that are trained beside an adapter, and saved with it.
 *
 * <p>Example: modules {@code [embed_tokens, lm_head]} of a model whose head is its embedding: two
 * tensors are trained, which begin equal and part, as in PEFT.
 *
 * @param bias {@code bias}
 * @param modules {@code modules_to_save}: every module whose name ends so (PEFT asks for no dot
 *     before it: {@code norm} means {@code input_layernorm} too), and all that is in it
 */
public record TrainedParts(LoraBias bias, List<String> modules) implements Serializable {
  /** Nothing but the adapter. */
  public static final TrainedParts NONE = new TrainedParts(LoraBias.NONE, List.of());

  private static final String HEAD = "lm_head";
  private static final String SCORE = "score";
  private static final String EMBEDDING = "model.embed_tokens.weight";

  public TrainedParts {
    modules = List.copyOf(modules);
  }

  /**
   * A trained tensor.
   *
   * @param file its name in the adapter's file
   * @param source the tensor of the base model that it begins as
   */
  public record Part(String file, TensorSpec source) {}

  /** These and the head of a reward model. */
  TrainedParts withScore() {
    if (modules.contains(SCORE)) {
      return this;
    }
    List<String> all = new ArrayList<>(modules);
    all.add(SCORE);
    return new TrainedParts(bias, all);
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return bias == LoraBias.NONE && modules.isEmpty();
  }

  /**
   * The tensors, in the order of the model.
   *
   * @param adapted modules with a branch
   * @param tensors of the base model
   * @return by their names in the model, which has a {@code lm_head.weight} even where it is the
   *     embedding
   * @throws HoneException if a module to save is none of the model's
   */
  Map<String, Part> resolve(Set<String> adapted, List<TensorSpec> tensors) {
    List<TensorSpec> all = new ArrayList<>(tensors);
    Optional<TensorSpec> embedding =
        tensors.stream().filter(spec -> spec.name().equals(EMBEDDING)).findFirst();
    boolean tied =
        tensors.stream()
            .noneMatch(spec -> module(spec).equals(HEAD) || spec.name().equals(Task.SCORE));
    embedding
        .filter(spec -> tied)
        .ifPresent(spec -> all.add(new TensorSpec(HEAD + ".weight", spec.gguf(), spec.shape())));
    List<String> unused =
        modules.stream()
            .filter(name -> all.stream().noneMatch(spec -> isIn(module(spec), name)))
            .toList();
    if (!unused.isEmpty()) {
      throw new HoneException(
          "modules_to_save "
              + unused
              + " are no modules of the model; name such as embed_tokens, lm_head or norm");
    }
    Map<String, Part> parts = new LinkedHashMap<>();
    for (TensorSpec spec : all) {
      TensorSpec source = tied && module(spec).equals(HEAD) ? embedding.orElseThrow() : spec;
      if (modules.stream().anyMatch(name -> isIn(module(spec), name))) {
        parts.put(spec.name(), new Part(PeftAdapter.PREFIX + spec.name(), source));
      } else if (spec.name().endsWith(".bias") && trainsBias(adapted.contains(module(spec)))) {
        String inside = adapted.contains(module(spec)) ? ".base_layer.bias" : ".bias";
        parts.put(spec.name(), new Part(PeftAdapter.PREFIX + module(spec) + inside, source));
      }
    }
    return parts;
  }

  private boolean trainsBias(boolean hasBranch) {
    return bias == LoraBias.ALL || (bias == LoraBias.LORA_ONLY && hasBranch);
  }

  /** Whether a module gets no branch because it, or a module around it, is trained whole. */
  boolean covers(String module) {
    return modules.stream()
        .anyMatch(
            name ->
                ModulePattern.compile("modules_to_save", "(^|.*\\.)" + name + "($|\\..*)")
                    .matcher(module)
                    .lookingAt());
  }

  /** Whether the name of a module, or of one around it, ends so. */
  private static boolean isIn(String module, String name) {
    for (int end = module.length(); end > 0; end = module.lastIndexOf('.', end - 1)) {
      if (module.substring(0, end).endsWith(name)) {
        return true;
      }
    }
    return false;
  }

  private static String module(TensorSpec spec) {
    return spec.name().substring(0, spec.name().lastIndexOf('.'));
  }
}
