package dev.hone.training.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.training.collective.Alone;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.Parameter;
import dev.hone.training.optimizer.Averaging;
import dev.hone.training.optimizer.Optimizer;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.optimizer.OptimizerSettings;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("unit")
class TrainerStateTest {
  private final Kernels kernels = new CpuKernels(2);

  @TempDir private Path folder;

  /** Two runs of five steps, one of which is cut after three and goes on from its checkpoint. */
  @ParameterizedTest
  @EnumSource(OptimizerKind.class)
  void aResumedOptimizerDoesTheSameToTheLastBit(OptimizerKind kind) {
    List<Parameter> whole = parameters();
    Optimizer uninterrupted = optimizer(kind, whole);
    List<Parameter> cut = parameters();
    Optimizer first = optimizer(kind, cut);
    for (int step = 1; step <= 3; step++) {
      step(uninterrupted, whole, step);
      step(first, cut, step);
    }
    Progress progress = new Progress(3, 0.3, 40, 2, 7, 1);
    TrainerState.write(folder, progress, first.state(), kernels, new Alone());
    Optimizer resumed = optimizer(kind, cut);
    TrainerState.restore(folder, resumed.state(), kernels, new Alone());
    resumed.resumeAt(TrainerState.progress(folder).step());

    assertEquals(progress, TrainerState.progress(folder));
    for (int step = 4; step <= 5; step++) {
      step(uninterrupted, whole, step);
      step(resumed, cut, step);
    }
    for (int i = 0; i < whole.size(); i++) {
      assertArrayEquals(values(whole.get(i).value()), values(cut.get(i).value()));
    }
    for (int i = 0; i < resumed.state().size(); i++) {
      String name = resumed.state().get(i).name();
      float[] expected = values(uninterrupted.state().get(i).tensor());
      assertArrayEquals(expected, values(resumed.state().get(i).tensor()), name);
      assertFalse(expected[0] == 0 && expected[1] == 0 && expected[2] == 0, name + " is empty");
    }
  }

  @Test
  void theStateOfAnotherOptimizerIsRefused() {
    List<Parameter> parameters = parameters();
    TrainerState.write(
        folder,
        new Progress(0, 0, 0, 0, 7, 1),
        optimizer(OptimizerKind.ADAMW, parameters).state(),
        kernels,
        new Alone());
    Optimizer other = optimizer(OptimizerKind.ADAMW_8BIT, parameters);
    HoneException thrown =
        assertThrows(
            HoneException.class,
            () -> TrainerState.restore(folder, other.state(), kernels, new Alone()));
    assertTrue(thrown.getMessage().contains("no mlp.weight.absmax1"), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("another optimizer"), thrown.getMessage());
  }

  private Optimizer optimizer(OptimizerKind kind, List<Parameter> parameters) {
    return new OptimizerSettings(kind, 0.9, 0.99, 1e-8, 0.1, false)
        .with(new Averaging(0.9, 1, 1))
        .create(parameters, kernels);
  }

  /** A matrix of more than a block of codes, and a vector that stays in f32. */
  private List<Parameter> parameters() {
    return List.of(parameter("mlp.weight", 70, 83), parameter("norm.weight", 83));
  }

  private Parameter parameter(String name, long... shape) {
    Tensor value = kernels.allocate(shape);
    fill(value, new Random(1));
    return new Parameter(name, value, kernels.allocate(shape));
  }

  private void step(Optimizer optimizer, List<Parameter> parameters, int step) {
    Random random = new Random(step);
    parameters.forEach(parameter -> fill(parameter.gradient(), random));
    optimizer.step(1e-2, 0.5);
  }

  private void fill(Tensor tensor, Random random) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    kernels.write(FloatBuffer.wrap(values), tensor, 0);
  }

  private float[] values(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    kernels.read(tensor, 0, FloatBuffer.wrap(values));
    return values;
  }
}
