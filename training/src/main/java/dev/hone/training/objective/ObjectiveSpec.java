package dev.hone.training.objective;

import dev.hone.formats.model.Task;
import dev.hone.training.collective.Exchange;
import dev.hone.training.data.PackSource;
import dev.hone.training.model.CausalLm;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;

/** What a run minimises, as it travels to the rank that has the model. */
public sealed interface ObjectiveSpec extends Serializable
    permits Supervised, Distillation, Preferences, Kto, Reward {

  /** What the model has to be for. */
  default Task task() {
    return Task.CAUSAL_LM;
  }

  /**
   * Whether it is a sum over documents, so that those of a pass may be computed apart; else it
   * compares documents of a pass with each other.
   */
  default boolean isOfDocuments() {
    return false;
  }

  /**
   * Packs that know what a reference model says of them, which is asked now and may then be
   * forgotten.
   *
   * @param reference a model of its own
   * @param steps numbers of the packs that this rank will read in each step, a micro-batch each
   * @param ranks who reads the others
   * @throws IllegalStateException if nothing is compared with a reference
   */
  default PackSource referenced(
      CausalLm reference, PackSource packs, Iterable<List<long[]>> steps, Exchange ranks) {
    throw new IllegalStateException("nothing is compared with a reference model");
  }

  /** The same of a rank that reads all of them. */
  default PackSource referenced(
      CausalLm reference, PackSource packs, Iterable<List<long[]>> steps) {
    return referenced(reference, packs, steps, Exchange.alone());
  }

  /**
   * The objective on a model.
   *
   * @param model as training finds it; the reference too, unless the packs are referenced
   * @param packs that are trained on
   * @param steps numbers of the packs that this rank will read in each step, a micro-batch each
   * @param ranks who reads the others
   */
  Learning on(CausalLm model, PackSource packs, Iterable<List<long[]>> steps, Exchange ranks);

  /** The same of a rank that reads all of them. */
  default Learning on(CausalLm model, PackSource packs, Iterable<List<long[]>> steps) {
    return on(model, packs, steps, Exchange.alone());
  }

  /**
   * Held-out packs as the objective reads them.
   *
   * @param model before training; the reference too, unless the packs are referenced
   */
  HeldOut heldOut(CausalLm model, PackSource packs);

  /**
   * Held-out packs as they are read where nothing is trained.
   *
   * @param model with an adapter if that is what is measured
   */
  HeldOut measured(CausalLm model, PackSource packs);

  /** Steps of a single one that reads all packs together. */
  static List<List<long[]>> all(PackSource packs) {
    return packs.size() == 0
        ? List.of()
        : List.of(List.of(LongStream.range(0, packs.size()).toArray()));
  }

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
