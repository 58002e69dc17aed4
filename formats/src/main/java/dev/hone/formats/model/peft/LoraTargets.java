package dev.hone.formats.model.peft;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.TensorSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which linear layers an adapter changes, as PEFT's {@code check_target_module_exists} decides it.
 *
 * <p>Example: targets {@code [q_proj]}, layers {@code [1]}: of {@code
 * model.layers.0.self_attn.q_proj} and {@code model.layers.1.self_attn.q_proj} the second.
 *
 * @param targets {@code target_modules}; nothing: every linear layer of the blocks ({@code
 *     all-linear})
 * @param excluded {@code exclude_modules}: not these
 * @param layers {@code layers_to_transform}: only the blocks of these numbers; empty: all. A target
 *     that is a full name, or a pattern, is not held to it
 * @param layersPattern {@code layers_pattern}: what stands before a block's number; empty: anything
 */
public record LoraTargets(
    ModuleNames targets, ModuleNames excluded, List<Integer> layers, List<String> layersPattern)
    implements Serializable {
  /** Every linear layer of the blocks. */
  public static final LoraTargets ALL_LINEAR = of(List.of());

  private static final Pattern NUMBERED = Pattern.compile(".*?\\.[^.]*\\.(?<idx>\\d+)\\.");

  public LoraTargets {
    layers = List.copyOf(layers);
    layersPattern = List.copyOf(layersPattern);
  }

  /** Targets by name in every block; none: every linear layer. */
  public static LoraTargets of(List<String> names) {
    return new LoraTargets(ModuleNames.of(names), ModuleNames.NONE, List.of(), List.of());
  }

  /**
   * The modules, in the order of the model's layers.
   *
   * @param tensors of the model
   * @return module name to the shape {@code [out, in]} of its weight
   * @throws HoneException if a target names no linear layer of the blocks, or none is left
   */
  public Map<String, long[]> resolve(List<TensorSpec> tensors) {
    return resolve(tensors, module -> false);
  }

  /** As {@link #resolve(List)}, without the modules of which that is true. */
  Map<String, long[]> resolve(List<TensorSpec> tensors, Predicate<String> without) {
    Map<String, long[]> linears = linears(tensors);
    requireKnown(linears.keySet(), tensors);
    Map<String, long[]> modules = new LinkedHashMap<>();
    linears.forEach(
        (module, shape) -> {
          if (!excluded.contains(module, "exclude_modules")
              && !without.test(module)
              && targeted(module)) {
            modules.put(module, shape);
          }
        });
    if (modules.isEmpty()) {
      throw new HoneException(
          "no linear layer is left for the adapter: target_modules "
              + shown(targets)
              + (excluded.isEmpty() ? "" : ", without exclude_modules " + shown(excluded))
              + (layers.isEmpty() ? "" : ", in the layers " + layers)
              + (layersPattern.isEmpty() ? "" : " of layers_pattern " + layersPattern)
              + "; the linear layers of the model's blocks are "
              + names(linears.keySet()));
    }
    return modules;
  }

  private static String shown(ModuleNames names) {
    return names.pattern().isEmpty() ? names.names().toString() : names.pattern();
  }

  private void requireKnown(Set<String> linears, List<TensorSpec> tensors) {
    List<String> unused =
        targets.names().stream()
            .filter(name -> linears.stream().noneMatch(module -> ModuleNames.ends(module, name)))
            .toList();
    if (!unused.isEmpty()) {
      throw new HoneException(
          "LoRA target modules "
              + unused
              + " are no linear layers of the model's blocks; those are "
              + names(linears));
    }
    if (!targets.pattern().isEmpty()) {
      tensors.stream()
          .filter(spec -> spec.shape().length == 2 && !isOfBlock(spec))
          .map(LoraTargets::module)
          .filter(module -> targets.contains(module, "target_modules"))
          .findFirst()
          .ifPresent(
              module -> {
                throw new HoneException(
                    "target_modules %s matches %s, which is no linear layer of a block and gets no adapter here; narrow the pattern"
                        .formatted(targets.pattern(), module));
              });
    }
  }

  private boolean targeted(String module) {
    if (!targets.pattern().isEmpty()) {
      return targets.contains(module, "target_modules");
    }
    if (targets.names().contains(module)) {
      return true;
    }
    return (targets.isEmpty() || targets.contains(module, "target_modules"))
        && (layers.isEmpty() || layers.contains(layerOf(module)));
  }

  /** The number of a module's block; -1 if the pattern finds none. */
  private int layerOf(String module) {
    if (layersPattern.isEmpty()) {
      return number(NUMBERED.matcher(module));
    }
    for (String pattern : layersPattern) {
      String whole = "(?:^|.*?\\.)" + pattern + "\\.(?<idx>\\d+)\\.";
      int found = number(ModulePattern.compile("layers_pattern", whole).matcher(module));
      if (found >= 0) {
        return found;
      }
    }
    return -1;
  }

  private static int number(Matcher matcher) {
    return matcher.lookingAt() ? Integer.parseInt(matcher.group("idx")) : -1;
  }

  /** The same with the names that mean these modules, where every linear layer was meant. */
  LoraTargets named(Set<String> modules) {
    return targets.isEmpty()
        ? new LoraTargets(ModuleNames.of(names(modules)), excluded, layers, layersPattern)
        : this;
  }

  /** The shortest names that mean these modules, as PEFT stores them: q_proj, v_proj. */
  static List<String> names(Set<String> modules) {
    Set<String> names = new TreeSet<>();
    modules.forEach(module -> names.add(module.substring(module.lastIndexOf('.') + 1)));
    return new ArrayList<>(names);
  }

  private static Map<String, long[]> linears(List<TensorSpec> tensors) {
    Map<String, long[]> linears = new LinkedHashMap<>();
    for (TensorSpec spec : tensors) {
      if (spec.shape().length == 2 && isOfBlock(spec)) {
        linears.put(module(spec), spec.shape());
      }
    }
    return linears;
  }

  /** A linear layer of a block: a matrix below a layer's number. */
  private static boolean isOfBlock(TensorSpec spec) {
    return spec.name().matches(".*\\.\\d+\\..*\\.weight");
  }

  private static String module(TensorSpec spec) {
    return spec.name().substring(0, spec.name().length() - ".weight".length());
  }
}
