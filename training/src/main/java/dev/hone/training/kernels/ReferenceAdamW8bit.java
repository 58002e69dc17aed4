package dev.hone.training.kernels;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@link Kernels#adamW8bit} one element after the other. Moments are computed in float in the order
 * of the formula: which code is nearest may hang on the last digit.
 */
final class ReferenceAdamW8bit {
  private final DynamicMap signed = DynamicMap.signed();
  private final DynamicMap unsigned = DynamicMap.unsigned();

  void step(
      INDArray parameter, INDArray gradient, Quantized first, Quantized second, AdamWStep step) {
    float[] g = floats(gradient);
    float[] m = decode(first, signed);
    float[] v = decode(second, unsigned);
    float b1 = (float) step.beta1();
    float c1 = (float) (1 - step.beta1());
    float b2 = (float) step.beta2();
    float c2 = (float) (1 - step.beta2());
    float clip = (float) step.gradientScale();
    double correction1 = 1 - Math.pow(step.beta1(), (double) step.step());
    double correction2 = 1 - Math.pow(step.beta2(), (double) step.step());
    INDArray update = Nd4j.create(parameter.dataType(), parameter.shape(), 'c');
    INDArray line = update.reshape(update.length());
    for (int i = 0; i < g.length; i++) {
      float scaled = g[i] * clip;
      m[i] = m[i] * b1 + scaled * c1;
      v[i] = v[i] * b2 + scaled * scaled * c2;
      double denominator = Math.sqrt(v[i] / correction2) + step.epsilon();
      line.putScalar(i, step.learningRate() / correction1 * m[i] / denominator);
    }
    parameter.muli(1 - step.learningRate() * step.weightDecay()).subi(update);
    encode(m, signed, first);
    encode(v, unsigned, second);
  }

  private static float[] decode(Quantized moment, DynamicMap map) {
    float[] values = floats(moment.codes().array());
    float[] largest = floats(moment.largest().array());
    float[] meanings = map.values();
    for (int i = 0; i < values.length; i++) {
      values[i] = meanings[(int) values[i]] * largest[i / DynamicMap.BLOCK];
    }
    return values;
  }

  private static void encode(float[] values, DynamicMap map, Quantized to) {
    float[] largest = new float[Math.toIntExact(to.largest().length())];
    for (int i = 0; i < values.length; i++) {
      int block = i / DynamicMap.BLOCK;
      largest[block] = Math.max(largest[block], Math.abs(values[i]));
    }
    float[] codes = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      float part = largest[i / DynamicMap.BLOCK];
      codes[i] = map.nearest(part == 0 ? 0 : values[i] / part);
    }
    assign(to.codes().array(), codes);
    assign(to.largest().array(), largest);
  }

  private static void assign(INDArray target, float[] values) {
    target.reshape(target.length()).assign(Nd4j.createFromArray(values).castTo(target.dataType()));
  }

  private static float[] floats(INDArray array) {
    return array.reshape(array.length()).castTo(DataType.FLOAT).dup().toFloatVector();
  }
}
