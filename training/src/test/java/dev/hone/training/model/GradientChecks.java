package dev.hone.training.model;

import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.kernels.Kernels;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * DL4J's check of gradients, and the models that it is made of. As an extension of a test class it
 * sets what the check insists on, a JVM-wide default of double, and takes it back.
 */
final class GradientChecks implements BeforeAllCallback, AfterAllCallback {
  /**
   * Of a parameter; each costs two passes. {@link GradientCheckMutationTest} shows that they do.
   */
  private static final int ELEMENTS = 2;

  private DataType defaultType;
  private DataType defaultFloatingPoint;

  @Override
  public void beforeAll(ExtensionContext context) {
    defaultType = Nd4j.dataType();
    defaultFloatingPoint = Nd4j.defaultFloatingPointType();
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Nd4j.setDefaultDataTypes(defaultType, defaultFloatingPoint);
  }

  /** An adapter on these layers; none: on all. */
  static LoraSpec lora(List<String> targets) {
    return new LoraSpec(2, 3, 0.2, targets, Optional.empty());
  }

  /** B of a new adapter is zero, and hides the gradient of A: random values show both. */
  static CausalLm load(ModelDirectory base, Optional<LoraSpec> lora, Kernels kernels) {
    CausalLm model = CausalLm.load(base, lora, kernels, 32, 0);
    model.setDropoutSeed(5);
    Random random = new Random(3);
    for (Parameter parameter : model.parameters()) {
      if (parameter.name().endsWith("lora_B.weight")) {
        float[] values = new float[Math.toIntExact(parameter.value().length())];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (0.3 * random.nextGaussian());
        }
        kernels.write(FloatBuffer.wrap(values), parameter.value(), 0);
      }
    }
    return model;
  }

  /** Whether some elements of each parameter have the gradient that differences give. */
  static boolean agrees(CausalLm model) {
    INDArray unused = Nd4j.zeros(DataType.DOUBLE, 1, 1);
    return GradientCheckUtil.checkGradients(
        new GradientCheckUtil.MLNConfig()
            .net(model.network())
            .input(unused)
            .labels(unused)
            .epsilon(1e-5)
            .maxRelError(1e-5)
            .minAbsoluteError(1e-9)
            .exitOnFirstError(true)
            .subset(true)
            .maxPerParam(ELEMENTS));
  }
}
