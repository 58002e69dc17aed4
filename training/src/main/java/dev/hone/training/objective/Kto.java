package dev.hone.training.objective;

import dev.hone.training.collective.Exchange;
import dev.hone.training.data.PackSource;
import dev.hone.training.model.CausalLm;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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
  public ReferencedPacks referenced(
      CausalLm reference, PackSource packs, Iterable<List<long[]>> steps, Exchange ranks) {
    PassReference.Known known = new PassReference.Known();
    for (List<long[]> step : steps) {
      announce(
          step.stream().flatMapToLong(Arrays::stream).toArray(), packs, reference, ranks, known);
    }
    return ReferencedPacks.asked(packs, reference, AnswerWeights::plain, ObjectiveSpec.read(steps))
        .withPasses(known);
  }

  @Override
  public Learning on(
      CausalLm model, PackSource packs, Iterable<List<long[]>> steps, Exchange ranks) {
    ReferencedPacks known = known(model, packs, steps, ranks);
    return new Learning(objective(model, known), known);
  }

  @Override
  public HeldOut heldOut(CausalLm model, PackSource packs) {
    return compared(model, known(model, packs, ObjectiveSpec.all(packs), Exchange.alone()));
  }

  /** An adapter is compared with its base model; a model without one with itself. */
  @Override
  public HeldOut measured(CausalLm model, PackSource packs) {
    return packs.isReferenced() || !model.hasAdapter()
        ? heldOut(model, packs)
        : compared(model, ReferencedPacks.withoutAdapter(packs, model, AnswerWeights::plain));
  }

  private HeldOut compared(CausalLm model, ReferencedPacks packs) {
    KtoObjective objective = objective(model, packs);
    return new HeldOut(packs, () -> objective.evaluate(packs));
  }

  private ReferencedPacks known(
      CausalLm model, PackSource packs, Iterable<List<long[]>> steps, Exchange ranks) {
    if (packs instanceof ReferencedPacks known) {
      return known;
    }
    return model.startsAtBase()
        ? ReferencedPacks.withoutAdapter(packs, model, AnswerWeights::plain)
        : referenced(model, packs, steps, ranks);
  }

  private KtoObjective objective(CausalLm model, ReferencedPacks packs) {
    return new KtoObjective(
        model,
        new KtoLoss(beta, desirableWeight, undesirableWeight),
        packs.longest(),
        estimatesKl ? Optional.of(packs.passes()) : Optional.empty());
  }

  /** Asks for the mismatches of this rank's part of a global batch. */
  private void announce(
      long[] batch,
      PackSource packs,
      CausalLm model,
      Exchange ranks,
      PassReference.Known reference) {
    if (estimatesKl) {
      Mismatches.of(
          batch.length,
          i -> packs.read(batch[(int) i]),
          packs.longest(),
          model.maxTokens(),
          ranks,
          pass -> reference.announce(model, pass));
    }
  }
}
