package dev.hone.formats.model.peft;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which linear layers an adapter changes. PEFT's rule: a target is a module's full name or its end
 * after a dot, so {@code q_proj} means {@code model.layers.0.self_attn.q_proj} of every layer.
 */
public final class LoraTargets {
  private LoraTargets() {}

  /**
   * The modules that the targets name, in the order of the model's layers.
   *
   * @param targets names; empty: every linear layer of the blocks ({@code all-linear})
   * @param tensors of the model
   * @return module name to the shape {@code [out, in]} of its weight
   * @throws HoneException if a target names no linear layer of the blocks
   */
  public static Map<String, long[]> resolve(List<String> targets, List<TensorSpec> tensors) {
    Map<String, long[]> linears = linears(tensors);
    if (targets.isEmpty()) {
      return linears;
    }
    Set<String> unused = new LinkedHashSet<>(targets);
    Map<String, long[]> modules = new LinkedHashMap<>();
    linears.forEach(
        (module, shape) -> {
          for (String target : targets) {
            if (module.equals(target) || module.endsWith("." + target)) {
              modules.put(module, shape);
              unused.remove(target);
            }
          }
        });
    if (!unused.isEmpty()) {
      throw new HoneException(
          "LoRA target modules "
              + unused
              + " are no linear layers of the model's blocks; those are "
              + names(linears.keySet()));
    }
    return modules;
  }

  /** The shortest names that mean these modules, as PEFT stores them: q_proj, v_proj. */
  static List<String> names(Set<String> modules) {
    Set<String> names = new TreeSet<>();
    modules.forEach(module -> names.add(module.substring(module.lastIndexOf('.') + 1)));
    return new ArrayList<>(names);
  }

  /** A linear layer of a block: a matrix below a layer's number. */
  private static Map<String, long[]> linears(List<TensorSpec> tensors) {
    Map<String, long[]> linears = new LinkedHashMap<>();
    for (TensorSpec spec : tensors) {
      if (spec.shape().length == 2 && spec.name().matches(".*\\.\\d+\\..*\\.weight")) {
        linears.put(
            spec.name().substring(0, spec.name().length() - ".weight".length()), spec.shape());
      }
    }
    return linears;
  }
}
