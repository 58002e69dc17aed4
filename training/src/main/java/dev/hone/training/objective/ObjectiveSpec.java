package dev.hone.training.objective;

import dev.hone.formats.model.Task;
import dev.hone.training.data.PackSource;
import dev.hone.training.model.CausalLm;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.stream.StreamSupport;

/** What a run minimises, as it travels to the rank that has the model. */
public sealed interface ObjectiveSpec extends Serializable
    permits Supervised, Preferences, Kto, Reward {

  /** What the model has to be for. */
  default Task task() {
    return Task.CAUSAL_LM;
  }

  /**
   * The objective on a model.
   *
   * @param model as training finds it
   * @param packs that are trained on
   * @param steps numbers of the packs that each step will read, a micro-batch each
   */
  Learning on(CausalLm model, PackSource packs, Iterable<List<long[]>> steps);

  /**
   * Held-out packs as the objective reads them.
   *
   * @param model before training
   */
  HeldOut heldOut(CausalLm model, PackSource packs);

  /**
   * Held-out packs as they are read where nothing is trained.
   *
   * @param model with an adapter if that is what is measured
   */
  HeldOut measured(CausalLm model, PackSource packs);

  /** Numbers of all packs that steps read, in that order; some come more than once. */
  static PrimitiveIterator.OfLong read(Iterable<List<long[]>> steps) {
    return StreamSupport.stream(steps.spliterator(), false)
        .flatMap(List::stream)
        .flatMapToLong(Arrays::stream)
        .iterator();
  }

  /**
   * What a trainer needs.
   *
   * @param packs as the objective reads them
   */
  record Learning(Objective objective, PackSource packs) {}
}
