package dev.hone.training.objective;

import dev.hone.training.data.PackSource;
import dev.hone.training.model.CausalLm;
import java.io.Serializable;
import java.util.stream.LongStream;

/** What a run minimises, as it travels to the rank that has the model. */
public sealed interface ObjectiveSpec extends Serializable permits Supervised, Preferences {

  /**
   * The objective on a model.
   *
   * @param model as training finds it
   * @param packs that are trained on
   * @param read numbers of the packs that the steps will read
   */
  Learning on(CausalLm model, PackSource packs, LongStream read);

  /**
   * Held-out packs as the objective reads them.
   *
   * @param model before training
   */
  PackSource heldOut(CausalLm model, PackSource packs);

  /**
   * Held-out packs as they are read where nothing is trained.
   *
   * @param model with an adapter if that is what is measured
   */
  PackSource measured(CausalLm model, PackSource packs);

  /**
   * What a trainer needs.
   *
   * @param packs as the objective reads them
   */
  record Learning(Objective objective, PackSource packs) {}
}
