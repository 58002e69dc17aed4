package dev.hone.training.objective;

import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.model.CausalLm;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.function.Function;

/**
 * Packs of answers that know their log-probabilities under the reference model. Where that is the
 * base model of a new adapter, it answers whenever the adapter is switched off; else a model is
 * asked before the first step for every pack that the steps will read, and forgotten. No second
 * model is in memory with the one that is trained, and no pack is asked for twice.
 */
public final class ReferencedPacks implements PackSource {
  private final PackSource packs;
  private final Optional<Function<PackedRow, double[]>> base;
  private final Optional<PassReference> passes;
  private final Map<Long, double[]> known = new HashMap<>();

  private ReferencedPacks(
      PackSource packs,
      Optional<Function<PackedRow, double[]>> base,
      Optional<PassReference> passes) {
    this.packs = packs;
    this.base = base;
    this.passes = passes;
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
    return new ReferencedPacks(
        packs,
        Optional.of(row -> weights.apply(row).logps(model.score(row, false))),
        Optional.of(PassReference.withoutAdapter(model)));
  }

  /**
   * A model as it is now is the reference.
   *
   * @param weights which tokens of a row make up its answers
   * @param read numbers of the packs that will be read; others are refused
   */
  static ReferencedPacks asked(
      PackSource packs,
      CausalLm model,
      Function<PackedRow, AnswerWeights> weights,
      PrimitiveIterator.OfLong read) {
    ReferencedPacks referenced = new ReferencedPacks(packs, Optional.empty(), Optional.empty());
    while (read.hasNext()) {
      referenced.known.computeIfAbsent(
          read.nextLong(), pack -> logps(packs.read(pack), model, weights));
    }
    return referenced;
  }

  /** Log-probability of each answer of a row under a model as it is. */
  static double[] logps(PackedRow row, CausalLm model, Function<PackedRow, AnswerWeights> weights) {
    return weights.apply(row).logps(model.score(row, true));
  }

  /** The same packs, with what the reference says of passes that are made later. */
  ReferencedPacks withPasses(PassReference reference) {
    ReferencedPacks same = new ReferencedPacks(packs, base, Optional.of(reference));
    same.known.putAll(known);
    return same;
  }

  /** What the reference says of passes that are made when training is under way. */
  PassReference passes() {
    return passes.orElseThrow();
  }

  @Override
  public boolean isReferenced() {
    return true;
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
    double[] reference =
        known.computeIfAbsent(
            pack,
            unknown ->
                base.orElseThrow(
                        () ->
                            new IllegalStateException(
                                "pack " + pack + " was not announced before training"))
                    .apply(row));
    return row.withAnswers(row.answers().orElseThrow().withReference(reference));
  }
}
