package dev.hone.training.objective;

import dev.hone.training.data.PackSource;
import dev.hone.training.model.CausalLm;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Learning from labelled answers, as a configuration says it.
 *
 * @param beta {@code rl_beta}
 * @param desirableWeight {@code kto_desirable_weight}
 * @param undesirableWeight {@code kto_undesirable_weight}
 * @param estimatesKl whether the distance from the reference counts: {@code kto_loss_type: kto},
 *     not {@code apo_zero_unpaired}
 */
public record Kto(
    double beta, double desirableWeight, double undesirableWeight, boolean estimatesKl)
    implements ObjectiveSpec {
  private static final long serialVersionUID = 1L;

  @Override
  public Learning on(CausalLm model, PackSource packs, Iterable<List<long[]>> steps) {
    if (model.startsAtBase()) {
      return new Learning(
          objective(model, packs, PassReference.withoutAdapter(model)),
          ReferencedPacks.withoutAdapter(packs, model, AnswerWeights::plain));
    }
    PassReference.Known known = new PassReference.Known(model);
    for (List<long[]> step : steps) {
      long[] numbers = step.stream().flatMapToLong(Arrays::stream).toArray();
      announce(numbers, packs, model, known);
    }
    return new Learning(
        objective(model, packs, known),
        ReferencedPacks.asNow(packs, model, AnswerWeights::plain, ObjectiveSpec.read(steps)));
  }

  @Override
  public HeldOut heldOut(CausalLm model, PackSource packs) {
    if (model.startsAtBase()) {
      return withoutAdapter(model, packs);
    }
    PassReference.Known known = new PassReference.Known(model);
    long[] all = LongStream.range(0, packs.size()).toArray();
    announce(all, packs, model, known);
    return heldOut(
        objective(model, packs, known),
        ReferencedPacks.asNow(packs, model, AnswerWeights::plain, Arrays.stream(all).iterator()));
  }

  /** An adapter is compared with its base model; a model without one with itself. */
  @Override
  public HeldOut measured(CausalLm model, PackSource packs) {
    return model.hasAdapter() ? withoutAdapter(model, packs) : heldOut(model, packs);
  }

  private HeldOut withoutAdapter(CausalLm model, PackSource packs) {
    return heldOut(
        objective(model, packs, PassReference.withoutAdapter(model)),
        ReferencedPacks.withoutAdapter(packs, model, AnswerWeights::plain));
  }

  private static HeldOut heldOut(KtoObjective objective, PackSource packs) {
    return new HeldOut(packs, () -> objective.evaluate(packs));
  }

  private KtoObjective objective(CausalLm model, PackSource packs, PassReference reference) {
    return new KtoObjective(
        model,
        new KtoLoss(beta, desirableWeight, undesirableWeight),
        packs.longest(),
        estimatesKl ? Optional.of(reference) : Optional.empty());
  }

  /** Asks for the mismatches of a global batch. */
  private void announce(
      long[] batch, PackSource packs, CausalLm model, PassReference.Known reference) {
    if (estimatesKl && batch.length > 0) {
      Mismatches.of(
          batch.length,
          i -> packs.read(batch[(int) i]),
          packs.longest(),
          model.maxTokens(),
          reference::announce);
    }
  }
}
