package dev.hone.training.objective;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The losses over pairs, by the names of TRL's {@code loss_type}. */
public enum PairLossType {
  SIGMOID("sigmoid", true, s -> s.margin(new Sigmoid(s.labelSmoothing()), false)),
  HINGE("hinge", true, s -> s.margin(new Hinge(), false)),
  IPO("ipo", true, s -> new MarginLoss(new Ipo(s.beta()), 1, s.divergence(), true)),
  EXO_PAIR("exo_pair", true, s -> s.margin(new ExoPair(s.labelSmoothing()), false)),
  NCA_PAIR("nca_pair", false, s -> new NcaPair(s.beta())),
  ROBUST("robust", true, s -> s.margin(new Robust(s.labelSmoothing()), false)),
  BCO_PAIR("bco_pair", false, s -> new BcoPair(s.beta())),
  SPPO_HARD("sppo_hard", false, s -> new SppoHard(s.beta())),
  AOT("aot", false, s -> new Aot(s.beta(), s.labelSmoothing(), true)),
  AOT_UNPAIRED("aot_unpaired", false, s -> new Aot(s.beta(), s.labelSmoothing(), false)),
  APO_ZERO("apo_zero", false, s -> new ApoZero(s.beta())),
  APO_DOWN("apo_down", false, s -> new ApoDown(s.beta())),
  DISCOPOP("discopop", true, s -> s.margin(new DiscoPop(s.discoPopTau()), false)),
  SIGMOID_NORM("sigmoid_norm", true, s -> s.margin(new Sigmoid(s.labelSmoothing()), true)),
  ORPO("orpo", false, s -> new OddsRatio(s.beta())),
  SIMPO("simpo", false, s -> s.margin(new SimPo(s.simPoGamma(), s.labelSmoothing()), true)),
  CPO("cpo", false, s -> s.margin(new Sigmoid(s.labelSmoothing()), false));

  private final String key;
  private final boolean takesDivergence;
  private final Function<Settings, PairLoss> maker;

  PairLossType(String key, boolean takesDivergence, Function<Settings, PairLoss> maker) {
    this.key = key;
    this.takesDivergence = takesDivergence;
    this.maker = maker;
  }

  /** The loss with its constants. */
  public PairLoss with(Settings settings) {
    return maker.apply(settings);
  }

  /** TRL's name. */
  public String key() {
    return key;
  }

  /** Whether another divergence than the reverse KL may be asked of it. */
  public boolean takesDivergence() {
    return takesDivergence;
  }

  /** Whether it compares with a reference model. */
  public boolean needsReference() {
    return !List.of(ORPO, SIMPO, CPO).contains(this);
  }

  /**
   * Whether its rewards and log-probabilities are those of a token in the mean, in the metrics of
   * TRL's trainer for it.
   */
  boolean isPerToken() {
    return this == ORPO || this == SIMPO;
  }

  /** The loss of a name. */
  public static Optional<PairLossType> of(String key) {
    return Arrays.stream(values()).filter(type -> type.key.equals(key)).findFirst();
  }

  /**
   * Constants of the losses; each takes what it knows of.
   *
   * @param beta {@code rl_beta}
   * @param labelSmoothing {@code dpo_label_smoothing}
   * @param divergence from the reference
   * @param discoPopTau temperature of DiscoPOP
   * @param simPoGamma {@code simpo_gamma}
   */
  public record Settings(
      double beta,
      double labelSmoothing,
      Divergence divergence,
      double discoPopTau,
      double simPoGamma) {

    /** Plain ones. */
    public static Settings of(double beta) {
      return new Settings(beta, 0, Divergence.reverseKl(), DiscoPop.DEFAULT_TAU, 0.5);
    }

    private PairLoss margin(MarginFunction function, boolean perToken) {
      return new MarginLoss(function, beta, divergence, perToken);
    }
  }
}
