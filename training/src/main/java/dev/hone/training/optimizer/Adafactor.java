package dev.hone.training.optimizer;

import dev.hone.training.kernels.AdafactorStep;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.model.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * Adafactor (Shazeer and Stern 2018) with the options that HF Trainer gives it for {@code optim:
 * adafactor}: {@code scale_parameter=False, relative_step=False}, so the learning rate is the
 * schedule's; and Transformers' defaults for the rest: no first moment, {@code clip_threshold=1.0,
 * decay_rate=-0.8, eps=(1e-30, 1e-3)} (the second of which only {@code scale_parameter} uses).
 *
 * <p>Its state is a mean of squared gradients for each row and each column of a matrix, {@code
 * exp_avg_sq_row} and {@code exp_avg_sq_col}, and for each element of a vector, {@code exp_avg_sq}:
 * of a matrix {@code [out, in]}, 4 (out + in) bytes.
 */
public final class Adafactor implements Optimizer {
  private static final double DECAY_RATE = -0.8;
  private static final double EPSILON = 1e-30;
  private static final double CLIP_THRESHOLD = 1;

  private final Kernels kernels;
  private final List<Slot> slots = new ArrayList<>();
  private final List<StateTensor> state = new ArrayList<>();
  private long step;

  /** A parameter with the means of its rows and columns, or of its elements alone. */
  private record Slot(
      Parameter parameter, Tensor rows, Tensor columns, double weightDecay, double rate) {}

  /** An optimizer with second moments of zero. */
  public Adafactor(
      List<Parameter> parameters, Kernels kernels, WeightDecay decay, LearningRates rates) {
    this.kernels = kernels;
    for (Parameter parameter : parameters) {
      long[] shape = parameter.value().shape();
      double weightDecay = decay.of(parameter.name());
      double rate = rates.of(parameter);
      if (shape.length == 2) {
        Tensor rows = kernels.allocate(shape[0]);
        Tensor columns = kernels.allocate(shape[1]);
        slots.add(new Slot(parameter, rows, columns, weightDecay, rate));
        state.add(new StateTensor(parameter.name() + ".exp_avg_sq_row", rows));
        state.add(new StateTensor(parameter.name() + ".exp_avg_sq_col", columns));
      } else {
        Tensor elements = kernels.allocate(shape);
        slots.add(new Slot(parameter, elements, null, weightDecay, rate));
        state.add(new StateTensor(parameter.name() + ".exp_avg_sq", elements));
      }
    }
  }

  @Override
  public void step(double learningRate, double gradientScale) {
    step++;
    double decay = 1 - Math.pow(step, DECAY_RATE);
    for (Slot slot : slots) {
      Parameter parameter = slot.parameter;
      AdafactorStep now =
          new AdafactorStep(
              learningRate * slot.rate,
              decay,
              EPSILON,
              CLIP_THRESHOLD,
              slot.weightDecay,
              gradientScale);
      if (slot.columns == null) {
        kernels.adafactorOfVector(parameter.value(), parameter.gradient(), slot.rows, now);
      } else {
        kernels.adafactor(parameter.value(), parameter.gradient(), slot.rows, slot.columns, now);
      }
    }
  }

  @Override
  public long steps() {
    return step;
  }

  @Override
  public void resumeAt(long steps) {
    step = steps;
  }

  @Override
  public List<StateTensor> state() {
    return List.copyOf(state);
  }
}
