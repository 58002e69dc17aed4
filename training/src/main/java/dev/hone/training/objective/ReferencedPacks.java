package dev.hone.training.objective;

import dev.hone.training.data.Answers;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.model.CausalLm;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.function.Function;

/**
 * Packs of answers that know their log-probabilities under the reference model. The reference is
 * the model as training finds it: beside a new adapter that is the base model, which answers
 * whenever the adapter is switched off; else it is asked before the first step for every pack that
 * the steps will read. No second model is ever in memory, and no pack is asked for twice.
 */
public final class ReferencedPacks implements PackSource {
  private final PackSource packs;
  private final CausalLm model;
  private final Function<PackedRow, AnswerWeights> weights;
  private final boolean adapted;
  private final Map<Long, double[]> known = new HashMap<>();

  private ReferencedPacks(
      PackSource packs,
      CausalLm model,
      Function<PackedRow, AnswerWeights> weights,
      boolean adapted) {
    this.packs = packs;
    this.model = model;
    this.weights = weights;
    this.adapted = adapted;
  }

  /**
   * The base model is the reference; it is asked for a pack when the pack is read first.
   *
   * @param weights which tokens of a row make up its answers
   */
  static ReferencedPacks withoutAdapter(
      PackSource packs, CausalLm model, Function<PackedRow, AnswerWeights> weights) {
    if (!model.hasAdapter()) {
      throw new IllegalArgumentException("a model without an adapter has no base to ask");
    }
    return new ReferencedPacks(packs, model, weights, false);
  }

  /**
   * The model as it is now is the reference.
   *
   * @param weights which tokens of a row make up its answers
   * @param read numbers of the packs that will be read; others are refused
   */
  static ReferencedPacks asNow(
      PackSource packs,
      CausalLm model,
      Function<PackedRow, AnswerWeights> weights,
      PrimitiveIterator.OfLong read) {
    ReferencedPacks referenced = new ReferencedPacks(packs, model, weights, true);
    while (read.hasNext()) {
      long pack = read.nextLong();
      referenced.known.computeIfAbsent(pack, p -> referenced.ask(packs.read(p)));
    }
    return referenced;
  }

  private double[] ask(PackedRow row) {
    return weights.apply(row).logps(model.score(row, adapted));
  }

  @Override
  public long size() {
    return packs.size();
  }

  @Override
  public int longest() {
    return packs.longest();
  }

  @Override
  public PackedRow read(long pack) {
    PackedRow row = packs.read(pack);
    double[] reference = known.get(pack);
    if (reference == null) {
      if (adapted) {
        throw new IllegalStateException("pack " + pack + " was not announced before training");
      }
      reference = ask(row);
      known.put(pack, reference);
    }
    boolean[] chosen = row.answers().orElseThrow().chosen();
    return row.withAnswers(new Answers(chosen, Optional.of(reference)));
  }
}
