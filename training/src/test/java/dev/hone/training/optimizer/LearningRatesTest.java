package dev.hone.training.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.Parameter;
import dev.hone.training.model.TinyModel;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("unit")
class LearningRatesTest {
  private static final LearningRates.Group EMBEDDINGS =
      new LearningRates.Group("embedding_lr_scale", List.of("embed_tokens", "lm_head"), 0.25);
  private static final LearningRates.Group MLP =
      new LearningRates.Group("lr_groups.0 (mlp)", List.of("mlp", "embed"), 3);
  private static final LearningRates RATES = new LearningRates(16, List.of(EMBEDDINGS, MLP));

  private final Kernels kernels = new CpuKernels(1);
  @TempDir private Path dir;

  /** The examples of the class; the first group that a name belongs to holds. */
  @Test
  void theFirstGroupHoldsAndLoraPlusMultipliesIt() {
    assertEquals(1, RATES.of(zeros("layers.0.self_attn.q_proj.lora_A.weight", 2, 2)));
    assertEquals(16, RATES.of(zeros("layers.0.self_attn.q_proj.lora_B.weight", 2, 2)));
    assertEquals(16, RATES.of(zeros("model.norm.weight", 2)));
    assertEquals(0.25, RATES.of(zeros("model.embed_tokens.weight", 2, 2)));
    assertEquals(3, RATES.of(zeros("model.layers.0.mlp.up_proj.weight", 2, 2)));
    assertEquals(48, RATES.of(zeros("model.layers.0.mlp.up_proj.lora_B.weight", 2, 2)));
    assertEquals(1, LearningRates.EQUAL.of(zeros("model.norm.weight", 2)));
  }

  /** Every optimizer's first step from 0 is in proportion to the learning rate. */
  @ParameterizedTest
  @EnumSource(OptimizerKind.class)
  void everyOptimizerFollows(OptimizerKind kind) {
    LearningRates rates = new LearningRates(1, List.of(EMBEDDINGS, MLP));
    List<String> names = List.of("lm_head.weight", "mlp.up_proj.weight", "v_proj.weight");
    List<Parameter> parameters = new ArrayList<>();
    names.forEach(name -> parameters.add(zeros(name, 70, 83)));
    names.forEach(name -> parameters.add(zeros(name, 83)));
    for (Parameter parameter : parameters) {
      fill(parameter.gradient());
    }
    settings(kind, rates).create(parameters, kernels).step(0.01, 1);
    double[] plain = {moved(parameters.get(2)), moved(parameters.get(5))};
    assertTrue(plain[0] > 0 && plain[1] > 0);
    for (int i = 0; i < 2; i++) {
      assertEquals(0.25 * plain[i], moved(parameters.get(3 * i)), 1e-5 * plain[i]);
      assertEquals(3 * plain[i], moved(parameters.get(3 * i + 1)), 1e-5 * plain[i]);
    }
  }

  @Test
  void aStepOfAModelMovesEachWeightByItsOwnRate() throws IOException {
    double[] plain = step(LearningRates.EQUAL);
    double[] grouped = step(new LearningRates(1, List.of(EMBEDDINGS, MLP)));
    CausalLm names = model();
    for (int i = 0; i < plain.length; i++) {
      String name = names.parameters().get(i).name();
      double factor = name.contains("embed_tokens") ? 0.25 : name.contains("mlp") ? 3 : 1;
      assertEquals(factor * plain[i], grouped[i], 1e-3 * factor * plain[i], name);
    }
  }

  @Test
  void aGroupOfNothingIsRefused() {
    List<Parameter> parameters = List.of(zeros("model.norm.weight", 2));
    LearningRates rates = new LearningRates(1, List.of(EMBEDDINGS));
    HoneException e =
        assertThrows(
            HoneException.class,
            () -> settings(OptimizerKind.LION, rates).create(parameters, kernels));
    assertEquals(
        "embedding_lr_scale: no trained weight has one of embed_tokens, lm_head in its name, so the"
            + " learning rate would be nobody's; train such modules (beside an adapter by"
            + " lora_modules_to_save), or remove the key; the first trained weight is"
            + " model.norm.weight",
        e.getMessage());
  }

  /** How far a step moves each parameter of a model. */
  private double[] step(LearningRates rates) throws IOException {
    CausalLm model = model();
    List<Parameter> parameters = model.parameters();
    List<float[]> before = parameters.stream().map(p -> values(p.value())).toList();
    model.forwardBackward(TinyModel.row(1, 6, 4), 0.1);
    settings(OptimizerKind.ADAMW, rates).create(parameters, kernels).step(0.01, 1);
    double[] moved = new double[parameters.size()];
    for (int i = 0; i < moved.length; i++) {
      float[] after = values(parameters.get(i).value());
      for (int j = 0; j < after.length; j++) {
        moved[i] += Math.abs(after[j] - before.get(i)[j]);
      }
    }
    return moved;
  }

  private CausalLm model() throws IOException {
    return CausalLm.load(TinyModel.write(dir, "llama", true), Optional.empty(), kernels, 32, 0);
  }

  private static OptimizerSettings settings(OptimizerKind kind, LearningRates rates) {
    return new OptimizerSettings(kind, 0.9, 0.99, 1e-8, 0, false, rates, Averaging.NONE);
  }

  private Parameter zeros(String name, long... shape) {
    return new Parameter(name, kernels.allocate(shape), kernels.allocate(shape));
  }

  private void fill(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i + 1);
    }
    kernels.write(FloatBuffer.wrap(values), tensor, 0);
  }

  private double moved(Parameter parameter) {
    return Math.sqrt(kernels.sumOfSquares(parameter.value()));
  }

  private float[] values(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    kernels.read(tensor, 0, FloatBuffer.wrap(values));
    return values;
  }
}
