package dev.hone.training.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The steps of optimizers for {@link ReferenceKernels}: the formulas of {@link Kernels} in ND4J.
 */
final class ReferenceOptimizers {
  private ReferenceOptimizers() {}

  static void adamW(INDArray parameter, INDArray gradient, INDArray m, INDArray v, AdamWStep step) {
    INDArray g = gradient.mul(step.gradientScale());
    double correction1 = 1 - Math.pow(step.beta1(), (double) step.step());
    double correction2 = 1 - Math.pow(step.beta2(), (double) step.step());
    parameter.muli(1 - step.learningRate() * step.weightDecay());
    m.muli(step.beta1()).addi(g.mul(1 - step.beta1()));
    v.muli(step.beta2()).addi(g.mul(g).muli(1 - step.beta2()));
    INDArray denominator = Transforms.sqrt(v).divi(Math.sqrt(correction2)).addi(step.epsilon());
    parameter.subi(m.div(denominator).muli(step.learningRate() / correction1));
  }

  static void lion(INDArray parameter, INDArray gradient, INDArray m, LionStep step) {
    INDArray g = gradient.mul(step.gradientScale());
    INDArray direction = Transforms.sign(m.mul(step.beta1()).addi(g.mul(1 - step.beta1())));
    parameter.muli(1 - step.learningRate() * step.weightDecay());
    parameter.subi(direction.muli(step.learningRate()));
    m.muli(step.beta2()).addi(g.muli(1 - step.beta2()));
  }

  static void adafactor(
      INDArray parameter, INDArray gradient, INDArray rows, INDArray columns, AdafactorStep step) {
    INDArray g = gradient.mul(step.gradientScale());
    INDArray square = g.mul(g).addi(step.epsilon());
    rows.muli(step.decay()).addi(square.mean(1).muli(1 - step.decay()));
    columns.muli(step.decay()).addi(square.mean(0).muli(1 - step.decay()));
    INDArray rowFactor = Transforms.sqrt(rows.div(rows.meanNumber())).rdivi(1);
    INDArray columnFactor = Transforms.sqrt(columns).rdivi(1);
    change(parameter, g.muliColumnVector(rowFactor).muliRowVector(columnFactor), step);
  }

  static void adafactorOfVector(
      INDArray parameter, INDArray gradient, INDArray v, AdafactorStep step) {
    INDArray g = gradient.mul(step.gradientScale());
    v.muli(step.decay()).addi(g.mul(g).addi(step.epsilon()).muli(1 - step.decay()));
    change(parameter, g.divi(Transforms.sqrt(v)), step);
  }

  /** {@code p = p (1 - lr * decay) - lr * u / max(1, rms(u) / clipThreshold)}. */
  private static void change(INDArray parameter, INDArray update, AdafactorStep step) {
    double size = update.norm2Number().doubleValue() / Math.sqrt(update.length());
    double clip = Math.max(1, size / step.clipThreshold());
    parameter.muli(1 - step.learningRate() * step.weightDecay());
    parameter.subi(update.muli(step.learningRate() / clip));
  }
}
