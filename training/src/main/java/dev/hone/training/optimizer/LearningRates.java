package dev.hone.training.optimizer;

import dev.hone.formats.HoneException;
import dev.hone.training.model.Parameter;
import java.io.Serializable;
import java.util.List;

/**
 * Which parameters learn faster or slower than the schedule says.
 *
 * <p>Example: a ratio of 16 and a learning rate of 1e-4 change A with 1e-4 and B with 1.6e-3; a
 * group of the modules {@code [mlp]} with the factor 0.5 changes {@code
 * model.layers.0.mlp.up_proj.weight} with 5e-5.
 *
 * @param loraPlusRatio {@code loraplus_lr_ratio}: the learning rate of the matrices B of an adapter
 *     by that of its matrices A (Hayou et al. 2024). As in PEFT's {@code
 *     create_loraplus_optimizer}, vectors, which are biases and magnitudes, have that of B. 1: the
 *     same for all
 * @param groups the first that a parameter belongs to holds; it multiplies what LoRA+ says
 */
public record LearningRates(double loraPlusRatio, List<Group> groups) implements Serializable {
  /** One learning rate for all. */
  public static final LearningRates EQUAL = loraPlus(1);

  public LearningRates {
    groups = List.copyOf(groups);
  }

  /** LoRA+ alone. */
  public static LearningRates loraPlus(double ratio) {
    return new LearningRates(ratio, List.of());
  }

  /**
   * Parameters with a learning rate of their own.
   *
   * @param key the key that asks for it, for messages: {@code embedding_lr}, {@code lr_groups.0}
   * @param modules a parameter belongs to the group if its name contains one of them
   * @param factor of the schedule's learning rate
   */
  public record Group(String key, List<String> modules, double factor) implements Serializable {
    public Group {
      modules = List.copyOf(modules);
    }

    boolean has(Parameter parameter) {
      return modules.stream().anyMatch(parameter.name()::contains);
    }
  }

  /** What the learning rate of a parameter is multiplied with. */
  double of(Parameter parameter) {
    boolean faster = parameter.name().contains("lora_B") || parameter.whole().length == 1;
    double factor =
        groups.stream()
            .filter(group -> group.has(parameter))
            .findFirst()
            .map(Group::factor)
            .orElse(1.0);
    return faster ? factor * loraPlusRatio : factor;
  }

  /**
   * Checks that every group changes something.
   *
   * @throws HoneException if a group has no parameter
   */
  void requireUsed(List<Parameter> parameters) {
    for (Group group : groups) {
      if (parameters.stream().noneMatch(group::has)) {
        throw new HoneException(
            "%s: no trained weight has one of %s in its name, so the learning rate would be nobody's; train such modules (beside an adapter by lora_modules_to_save), or remove the key; the first trained weight is %s"
                .formatted(group.key, String.join(", ", group.modules), parameters.get(0).name()));
      }
    }
  }
}
