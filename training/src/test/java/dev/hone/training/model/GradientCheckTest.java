package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.ReferenceKernels;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Hand-written gradients against central differences in double, as DL4J's own check computes them.
 */
@Tag("parity")
class GradientCheckTest {
  private static DataType defaultType;
  private static DataType defaultFloatingPoint;

  @TempDir Path dir;

  /** The check insists on a JVM-wide default of double. */
  @BeforeAll
  static void useDouble() {
    defaultType = Nd4j.dataType();
    defaultFloatingPoint = Nd4j.defaultFloatingPointType();
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void restoreDefaults() {
    Nd4j.setDefaultDataTypes(defaultType, defaultFloatingPoint);
  }

  @Test
  void allWeightsWithBiasesAndTiedHead() throws IOException {
    check(load(TinyModel.write(dir, "qwen2", true), Optional.empty()));
  }

  @Test
  void allWeightsWithHeadNormsAndOwnHead() throws IOException {
    check(load(TinyModel.write(dir, "qwen3", false), Optional.empty()));
  }

  @Test
  void adaptersOnAllLinearLayersWithDropout() throws IOException {
    check(load(TinyModel.write(dir, "llama", true), Optional.of(lora(List.of()))));
  }

  @Test
  void adaptersAboveFrozenLayers() throws IOException {
    List<String> targets = List.of("model.layers.1.self_attn.v_proj", "model.layers.1.mlp.up_proj");
    check(load(TinyModel.write(dir, "llama", true), Optional.of(lora(targets))));
  }

  private static LoraSpec lora(List<String> targets) {
    return new LoraSpec(2, 3, 0.2, targets, Optional.empty());
  }

  /** B of a new adapter is zero, and hides the gradient of A: random values show both. */
  private static CausalLm load(ModelDirectory base, Optional<LoraSpec> lora) {
    Kernels kernels = new ReferenceKernels(DataType.DOUBLE);
    CausalLm model = CausalLm.load(base, lora, kernels, 16, 0);
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

  private static void check(CausalLm model) {
    model.bind(TinyModel.row(1, 6, 4, 5), 0.1);
    INDArray unused = Nd4j.zeros(DataType.DOUBLE, 1, 1);
    assertTrue(
        GradientCheckUtil.checkGradients(
            new GradientCheckUtil.MLNConfig()
                .net(model.network())
                .input(unused)
                .labels(unused)
                .epsilon(1e-5)
                .maxRelError(1e-5)
                .minAbsoluteError(1e-9)
                .subset(true)
                .maxPerParam(8)));
  }
}
