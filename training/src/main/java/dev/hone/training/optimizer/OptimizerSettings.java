package dev.hone.training.optimizer;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.Parameter;
import java.io.Serializable;
import java.util.List;

/**
 * Which optimizer, and its constants. Each takes those that its formula has.
 *
 * @param beta1 {@code adam_beta1}; not of Adafactor
 * @param beta2 {@code adam_beta2}; not of Adafactor
 * @param epsilon {@code adam_epsilon}; of AdamW
 * @param weightDecay {@code weight_decay}
 * @param decayEverything decay biases and norm weights too
 * @param rates who learns faster or slower
 * @param averaging {@code ema_decay} and what goes with it
 */
public record OptimizerSettings(
    OptimizerKind kind,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    boolean decayEverything,
    LearningRates rates,
    Averaging averaging)
    implements Serializable {

  /** One learning rate for all parameters, and no average of them. */
  public OptimizerSettings(
      OptimizerKind kind,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      boolean decayEverything) {
    this(
        kind,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        decayEverything,
        LearningRates.EQUAL,
        Averaging.NONE);
  }

  /**
   * An optimizer at step 0.
   *
   * @throws dev.hone.formats.HoneException if a learning rate of its own is no parameter's
   */
  public Optimizer create(List<Parameter> parameters, Kernels kernels) {
    return create(parameters, parameters, kernels);
  }

  /**
   * The same of a rank that changes a part of them.
   *
   * @param all parameters of the model
   * @param parameters those, and runs of those, that the optimizer changes
   */
  public Optimizer create(List<Parameter> all, List<Parameter> parameters, Kernels kernels) {
    rates.requireUsed(all);
    WeightDecay decay = new WeightDecay(weightDecay, decayEverything);
    Optimizer optimizer =
        switch (kind) {
          case ADAMW -> new AdamW(parameters, kernels, beta1, beta2, epsilon, decay, rates);
          case ADAMW_8BIT ->
              new AdamW8bit(parameters, kernels, beta1, beta2, epsilon, decay, rates);
          case LION -> new Lion(parameters, kernels, beta1, beta2, decay, rates);
          case ADAFACTOR -> new Adafactor(parameters, kernels, decay, rates);
        };
    return averaging.around(optimizer, parameters, kernels);
  }

  /** The same with an average of the weights. */
  public OptimizerSettings with(Averaging other) {
    return new OptimizerSettings(
        kind, beta1, beta2, epsilon, weightDecay, decayEverything, rates, other);
  }
}
