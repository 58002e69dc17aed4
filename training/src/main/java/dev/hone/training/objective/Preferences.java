package dev.hone.training.objective;

import dev.hone.training.collective.Exchange;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.model.CausalLm;
import java.io.Serializable;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Learning from pairs of answers, as a configuration says it.
 *
 * @param losses what the loss is the weighted sum of
 * @param beta {@code rl_beta}
 * @param labelSmoothing {@code dpo_label_smoothing}
 * @param divergence {@code f_divergence_type}
 * @param divergenceAlpha {@code f_alpha_divergence_coef}
 * @param simPoGamma {@code simpo_gamma}
 * @param nllWeight what the likelihood of the chosen answers counts beside it
 * @param ldAlpha {@code ld_alpha}; 1: all tokens weigh the same
 */
public record Preferences(
    List<Part> losses,
    double beta,
    double labelSmoothing,
    DivergenceType divergence,
    double divergenceAlpha,
    double simPoGamma,
    double nllWeight,
    double ldAlpha)
    implements ObjectiveSpec {
  private static final long serialVersionUID = 1L;

  public Preferences {
    losses = List.copyOf(losses);
  }

  /** A loss and what it counts. */
  public record Part(PairLossType type, double weight) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** One loss, and nothing beside it. */
  public static Preferences of(PairLossType type, double beta) {
    return new Preferences(
        List.of(new Part(type, 1)), beta, 0, DivergenceType.REVERSE_KL, 1, 0.5, 0, 1);
  }

  /** As the objective takes it. */
  public PairSettings settings() {
    boolean reference = losses.stream().anyMatch(part -> part.type().needsReference());
    return new PairSettings(
        loss(),
        beta,
        reference,
        losses.stream().allMatch(part -> part.type().isPerToken()),
        nllWeight,
        losses.stream().anyMatch(part -> part.type() == PairLossType.ORPO),
        ldAlpha == 1 ? OptionalDouble.empty() : OptionalDouble.of(ldAlpha));
  }

  private PairLoss loss() {
    List<WeightedLosses.Part> parts =
        losses.stream()
            .map(part -> new WeightedLosses.Part(part.type().with(constants()), part.weight()))
            .toList();
    return parts.size() == 1 && parts.get(0).weight() == 1
        ? parts.get(0).loss()
        : new WeightedLosses(parts);
  }

  private PairLossType.Settings constants() {
    return new PairLossType.Settings(
        beta, labelSmoothing, divergence.of(divergenceAlpha), DiscoPop.DEFAULT_TAU, simPoGamma);
  }

  /** Whether it compares with a reference model. */
  public boolean comparesWithReference() {
    return settings().reference();
  }

  /**
   * What a model says of the answers of a row, to be stored.
   *
   * @return {@code [S]}, log-probability of each, in nats
   */
  public double[] logps(CausalLm model, PackedRow row) {
    return ReferencedPacks.logps(row, model, settings()::weights);
  }

  @Override
  public PackSource referenced(
      CausalLm reference, PackSource packs, Iterable<List<long[]>> steps, Exchange ranks) {
    if (!comparesWithReference()) {
      throw new IllegalStateException("the loss compares with no reference");
    }
    return ReferencedPacks.asked(packs, reference, settings()::weights, ObjectiveSpec.read(steps));
  }

  @Override
  public Learning on(
      CausalLm model, PackSource packs, Iterable<List<long[]>> steps, Exchange ranks) {
    return new Learning(new PairObjective(model, settings()), known(model, packs, steps));
  }

  @Override
  public HeldOut heldOut(CausalLm model, PackSource packs) {
    return compared(model, known(model, packs, ObjectiveSpec.all(packs)));
  }

  /** An adapter is compared with its base model; a model without one with itself. */
  @Override
  public HeldOut measured(CausalLm model, PackSource packs) {
    return isKnown(packs) || !model.hasAdapter()
        ? heldOut(model, packs)
        : compared(model, ReferencedPacks.withoutAdapter(packs, model, settings()::weights));
  }

  private HeldOut compared(CausalLm model, PackSource packs) {
    PairObjective objective = new PairObjective(model, settings());
    return new HeldOut(packs, () -> objective.evaluate(packs));
  }

  private boolean isKnown(PackSource packs) {
    return packs.isReferenced() || !comparesWithReference();
  }

  private PackSource known(CausalLm model, PackSource packs, Iterable<List<long[]>> steps) {
    if (isKnown(packs)) {
      return packs;
    }
    return model.startsAtBase()
        ? ReferencedPacks.withoutAdapter(packs, model, settings()::weights)
        : referenced(model, packs, steps);
  }
}
