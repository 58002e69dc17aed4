package dev.hone.training.optimizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.model.Parameter;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Literals: torch 2.15.0, {@code torch.optim.AdamW} and {@code clip_grad_norm_} in float32. */
@Tag("unit")
class AdamWTest {
  private final Kernels kernels = new ReferenceKernels(DataType.FLOAT);

  private static final float[][] GRADIENTS = {
    {0.1f, -0.2f, 1e-6f, 5.0f}, {0.3f, 0.2f, -1e-6f, -4.0f}, {0.0f, 1.0f, 2e-6f, 0.5f}
  };
  private static final float[] UNDECAYED = {0.9737277f, -1.9967843f, 0.48567265f, 2.9884732f};
  private static final float[] DECAYED = {0.9707599f, -1.9908099f, 0.48419344f, 2.979503f};

  @Test
  void threeStepsAsTorch() {
    assertArrayEquals(UNDECAYED, afterThreeSteps("mlp.up_proj.weight", 0, false), 1e-6f);
  }

  @Test
  void decayIsDecoupledAndSparesNormsAndBiases() {
    assertArrayEquals(DECAYED, afterThreeSteps("lm_head.weight", 0.1, false), 1e-6f);
    assertArrayEquals(DECAYED, afterThreeSteps("model.norm.weight", 0.1, true), 1e-6f);
    assertArrayEquals(UNDECAYED, afterThreeSteps("model.norm.weight", 0.1, false), 1e-6f);
  }

  /** Names and answers: {@code Trainer.get_decay_parameter_names} on Qwen2 and Qwen3 models. */
  @Test
  void theDecayedGroupIsThatOfHfTrainer() {
    for (String name :
        new String[] {
          "model.embed_tokens.weight",
          "model.layers.0.self_attn.q_proj.weight",
          "base_model.model.model.layers.0.mlp.down_proj.lora_A.weight",
          "lm_head.weight"
        }) {
      assertTrue(WeightDecay.applies(name), name);
    }
    for (String name :
        new String[] {
          "model.layers.0.self_attn.q_proj.bias",
          "model.layers.0.self_attn.q_norm.weight",
          "model.layers.0.input_layernorm.weight",
          "model.layers.0.post_attention_layernorm.weight",
          "model.norm.weight"
        }) {
      assertFalse(WeightDecay.applies(name), name);
    }
  }

  @Test
  void theNormIsThatOfAllGradientsBeforeClipping() {
    GradientClip clipped = clip(1, new float[] {3, 4, 0}, new float[] {12, 0});
    assertEquals(13, clipped.norm(), 1e-6);
    assertEquals(0.23076921701431274 / 3, clipped.coefficient(), 1e-8);

    GradientClip below = clip(1, new float[] {.3f, .4f, 0}, new float[] {.5f, 0});
    assertEquals(0.7071068, below.norm(), 1e-6);
    assertEquals(1, below.coefficient());

    assertEquals(1, clip(0, new float[] {3, 4, 0}, new float[] {12, 0}).coefficient());
  }

  /** Twice the gradient at half the scale: the clipping coefficient is part of the step. */
  private float[] afterThreeSteps(String name, double weightDecay, boolean decayEverything) {
    Parameter parameter = parameter(name, 1.0f, -2.0f, 0.5f, 3.0f);
    AdamW optimizer =
        new AdamW(
            List.of(parameter),
            kernels,
            0.9,
            0.999,
            1e-8,
            new WeightDecay(weightDecay, decayEverything));
    for (float[] gradient : GRADIENTS) {
      float[] doubled = gradient.clone();
      for (int i = 0; i < doubled.length; i++) {
        doubled[i] *= 2;
      }
      kernels.write(FloatBuffer.wrap(doubled), parameter.gradient(), 0);
      optimizer.step(1e-2, 0.5);
    }
    float[] values = new float[4];
    kernels.read(parameter.value(), 0, FloatBuffer.wrap(values));
    return values;
  }

  private GradientClip clip(double maxNorm, float[] first, float[] second) {
    Parameter a = parameter("a", first);
    Parameter b = parameter("b", second);
    kernels.write(FloatBuffer.wrap(first), a.gradient(), 0);
    kernels.write(FloatBuffer.wrap(second), b.gradient(), 0);
    return GradientClip.of(List.of(a, b), kernels, maxNorm);
  }

  private Parameter parameter(String name, float... values) {
    Tensor value = kernels.allocate(values.length);
    kernels.write(FloatBuffer.wrap(values), value, 0);
    return new Parameter(name, value, kernels.allocate(values.length));
  }
}
