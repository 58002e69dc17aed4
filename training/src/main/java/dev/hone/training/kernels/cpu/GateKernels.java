package dev.hone.training.kernels.cpu;

import dev.hone.formats.model.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Gated linear units, a row at a time. Formulas: {@link dev.hone.training.kernels.Kernels#glu}.
 * Both activations are {@code g * s(z)} with the logistic function s: SiLU has {@code z = g}, and
 * GELU {@code z = 2u}, as {@code (1 + tanh(u)) / 2 = s(2u)}.
 */
final class GateKernels {
  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int LANES = Lanes.LANES;

  /** Floats under which a second thread costs more than it saves. */
  private static final int GRAIN = 8192;

  private static final float ROOT = (float) (2 * Math.sqrt(2 / Math.PI));
  private static final float CUBE = 0.044715f;

  private final Workers workers;

  GateKernels(Workers workers) {
    this.workers = workers;
  }

  private static int grain(int width) {
    return Math.max(1, GRAIN / width);
  }

  void forward(Activation a, CpuTensor gate, CpuTensor up, CpuTensor y, int rows) {
    int width = gate.width();
    boolean gelu = a == Activation.GELU_TANH;
    workers.split(
        rows,
        grain(width),
        (worker, from, to, scratch) -> {
          float[] g = scratch.get(0, width);
          float[] u = scratch.get(1, width);
          for (int t = from; t < to; t++) {
            gate.load(t * width, g, 0, width);
            up.load(t * width, u, 0, width);
            products(gelu, g, u, width);
            y.store(t * width, u, 0, width);
          }
        });
  }

  /** From gate in g and up in u to a(g) * u in u. */
  private static void products(boolean gelu, float[] g, float[] u, int width) {
    int i = 0;
    for (; i < SPECIES.loopBound(width); i += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, g, i);
      FloatVector z = gelu ? x.mul(x).mul(CUBE).add(1f).mul(ROOT).mul(x) : x;
      x.mul(FloatVector.fromArray(SPECIES, u, i)).div(onePlusExpOfMinus(z)).intoArray(u, i);
    }
    for (; i < width; i++) {
      u[i] = g[i] * u[i] * sigmoid(gelu ? argument(g[i]) : g[i]);
    }
  }

  void backward(
      Activation a,
      CpuTensor dY,
      CpuTensor gate,
      CpuTensor up,
      CpuTensor dGate,
      CpuTensor dUp,
      int rows) {
    int width = gate.width();
    boolean gelu = a == Activation.GELU_TANH;
    workers.split(
        rows,
        grain(width),
        (worker, from, to, scratch) -> {
          float[] g = scratch.get(0, width);
          float[] u = scratch.get(1, width);
          float[] d = scratch.get(2, width);
          for (int t = from; t < to; t++) {
            gate.load(t * width, g, 0, width);
            up.load(t * width, u, 0, width);
            dY.load(t * width, d, 0, width);
            slopes(gelu, g, u, d, width);
            dGate.store(t * width, u, 0, width);
            dUp.store(t * width, d, 0, width);
          }
        });
  }

  /** From dY in d and up in u to dUp in d and dGate in u: the slope is s + g s (1 - s) z'. */
  private static void slopes(boolean gelu, float[] g, float[] u, float[] d, int width) {
    int i = 0;
    for (; i < SPECIES.loopBound(width); i += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, g, i);
      FloatVector dy = FloatVector.fromArray(SPECIES, d, i);
      FloatVector square = x.mul(x);
      FloatVector z = gelu ? square.mul(CUBE).add(1f).mul(ROOT).mul(x) : x;
      FloatVector sigmoid = FloatVector.broadcast(SPECIES, 1f).div(onePlusExpOfMinus(z));
      FloatVector value = x.mul(sigmoid);
      FloatVector bend = value.sub(value.mul(sigmoid));
      FloatVector slope =
          sigmoid.add(gelu ? bend.mul(square.mul(3 * CUBE).add(1f).mul(ROOT)) : bend);
      dy.mul(FloatVector.fromArray(SPECIES, u, i)).mul(slope).intoArray(u, i);
      dy.mul(value).intoArray(d, i);
    }
    for (; i < width; i++) {
      float sigmoid = sigmoid(gelu ? argument(g[i]) : g[i]);
      float value = g[i] * sigmoid;
      float inner = gelu ? ROOT * (1 + 3 * CUBE * g[i] * g[i]) : 1;
      u[i] = d[i] * u[i] * (sigmoid + (value - value * sigmoid) * inner);
      d[i] *= value;
    }
  }

  private static float argument(float g) {
    return ROOT * (1 + CUBE * g * g) * g;
  }

  private static float sigmoid(float z) {
    return (float) (1 / (1 + Math.exp(-z)));
  }

  private static FloatVector onePlusExpOfMinus(FloatVector z) {
    return VectorMath.exp(z.neg()).add(1f);
  }
}
