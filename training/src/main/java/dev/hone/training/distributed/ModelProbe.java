package dev.hone.training.distributed;

import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.collective.Exchange;
import dev.hone.training.data.PackSets;
import dev.hone.training.data.PackSource;
import dev.hone.training.model.CausalLm;
import dev.hone.training.objective.HeldOut;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Measures a model inside the rank that has it in memory: before training, after it, and between
 * steps where {@link #everyEvalSteps}. A probe travels to the rank, so it must be serialisable.
 *
 * <p>One that is {@link #shared} is called on every rank at the same moment, with the same weights;
 * any other on the first alone, while the others wait for the next that is shared, or for the next
 * step.
 */
public interface ModelProbe extends Serializable {

  /** Whether it also measures every {@code eval_steps}. */
  boolean everyEvalSteps();

  /**
   * Whether all ranks measure together. They make the same calls of {@link Subject#ranks}, and the
   * first alone reports.
   */
  default boolean shared() {
    return false;
  }

  /** Whether it measures held-out documents of each data set by themselves. */
  default boolean apart() {
    return false;
  }

  /** Whether one of these does. */
  static boolean apart(List<ModelProbe> probes) {
    return probes.stream().anyMatch(ModelProbe::apart);
  }

  /** Tokens that a pass has to have room for; prompts that are read in pieces need none. */
  default int passTokens() {
    return 0;
  }

  /** Room for the passes of all of these. */
  static int passTokens(List<ModelProbe> probes) {
    return probes.stream().mapToInt(ModelProbe::passTokens).max().orElse(0);
  }

  /**
   * Measures on this rank, if it has a part in that.
   *
   * @param step optimizer steps done; 0 = before training
   */
  default void measureOnRank(Subject subject, long step) {
    if (shared() || subject.isFirst()) {
      measure(subject, step);
    }
  }

  /**
   * Measures the model and says what it found.
   *
   * @param step optimizer steps done; 0 = before training
   */
  void measure(Subject subject, long step);

  /**
   * What is measured.
   *
   * @param base the directory of the base model, with its tokenizer
   * @param heldOut packs of the eval split; only the first rank has any
   * @param sets the same of each data set by its name, for a probe that is {@link #apart}
   * @param ranks all of them, for a probe that is shared
   * @param report takes {@link RankMessage.Evaluated} and {@link RankMessage.Generated}
   */
  record Subject(
      CausalLm model,
      ModelDirectory base,
      HeldOut heldOut,
      Map<String, HeldOut> sets,
      Exchange ranks,
      Consumer<RankMessage> report) {

    /** That of the only rank. */
    public Subject(
        CausalLm model, ModelDirectory base, HeldOut heldOut, Consumer<RankMessage> report) {
      this(model, base, heldOut, Map.of(), Exchange.alone(), report);
    }

    /**
     * @param heldOut packs of the eval split as the objective reads some
     */
    static Subject of(
        CausalLm model,
        ModelDirectory base,
        PackSets heldOut,
        Function<PackSource, HeldOut> read,
        Exchange ranks,
        Consumer<RankMessage> report) {
      Map<String, HeldOut> sets = new TreeMap<>();
      heldOut.byName().forEach((name, packs) -> sets.put(name, read.apply(packs)));
      return new Subject(model, base, read.apply(heldOut.packs()), sets, ranks, report);
    }

    /**
     * The held-out packs to measure: of each data set, or all under one name.
     *
     * @param apart {@link ModelProbe#apart}
     * @param together the name of all
     */
    public Map<String, HeldOut> heldOut(boolean apart, String together) {
      return apart ? sets : Map.of(together, heldOut);
    }

    /** Whether this is the rank that reports. */
    public boolean isFirst() {
      return ranks.rank() == 0;
    }
  }
}
