package dev.hone.training.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.Parameter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AveragingOptimizerTest {
  private final Kernels kernels = new CpuKernels(1);
  private final Parameter weight = new Parameter("w", kernels.allocate(1), kernels.allocate(1));

  /** Adds the gradient, so that what it makes of a weight is seen at once. */
  private final class Sum implements Optimizer {
    private long steps;

    @Override
    public void step(double learningRate, double gradientScale) {
      steps++;
      kernels.add(weight.gradient(), learningRate * gradientScale, weight.value(), 1, 1);
    }

    @Override
    public long steps() {
      return steps;
    }

    @Override
    public void resumeAt(long done) {
      steps = done;
    }

    @Override
    public List<StateTensor> state() {
      return List.of();
    }
  }

  /** The example of the class. */
  @Test
  void everyStepAddsItsShare() {
    assertAverages(new Averaging(0.9, 0, 1), 0.1, 0.29, 0.561);
  }

  @Test
  void untilItBeginsTheAverageIsTheWeightOfTheStart() {
    assertAverages(new Averaging(0.9, 2, 1), 0, 2, 2.1, 2.29);
  }

  @Test
  void itBeginsInAStepThatIsNotTakenToo() {
    Optimizer optimizer = optimizer(new Averaging(0.9, 2, 1));
    optimizer.step(1, 1);
    optimizer.skip();
    assertEquals(1, value(optimizer.state().get(0).tensor()));
    optimizer.skip();
    assertEquals(1, value(optimizer.state().get(0).tensor()));
    optimizer.step(1, 1);
    assertEquals(1.1, value(optimizer.state().get(0).tensor()), 1e-6);
  }

  @Test
  void stepsBetweenUpdatesLeaveItAlone() {
    assertAverages(new Averaging(0.9, 1, 2), 1, 1, 1.2, 1.2, 1.58);
  }

  @Test
  void theAverageIsTheResultOnceItHasBegun() {
    Optimizer optimizer = optimizer(new Averaging(0.9, 1, 1));
    optimizer.finish();
    assertEquals(0, value(weight.value()), "no step was done");
    optimizer.step(1, 1);
    optimizer.step(1, 1);
    optimizer.finish();
    assertEquals(1.1, value(weight.value()), 1e-6);
  }

  @Test
  void whatProductsReadIsTheResultToo() {
    Kernels bf16 = new CpuKernels(1, Precision.BF16);
    Tensor value = bf16.trained(bf16.allocate(1, 2));
    Parameter parameter = new Parameter("w", value, bf16.allocate(1, 2));
    Optimizer optimizer =
        new OptimizerSettings(OptimizerKind.LION, 0.9, 0.99, 1e-8, 0, false)
            .with(new Averaging(0.5, 0, 1))
            .create(List.of(parameter), bf16);
    bf16.write(FloatBuffer.wrap(new float[] {1, -1}), parameter.gradient(), 0);
    optimizer.step(1, 1);
    float[] read = new float[2];
    bf16.read(bf16.operandOf(value), 0, FloatBuffer.wrap(read));
    assertEquals(-1, read[0]);
    optimizer.finish();
    bf16.read(bf16.operandOf(value), 0, FloatBuffer.wrap(read));
    assertEquals(-0.5, read[0]);
    assertEquals(0.5, read[1]);
  }

  /** A weight of 0 that grows by 1 a step, and its average after each. */
  private void assertAverages(Averaging averaging, double... expected) {
    Optimizer optimizer = optimizer(averaging);
    List<Double> averages = new ArrayList<>();
    for (double average : expected) {
      optimizer.step(1, 1);
      assertEquals("w.ema", optimizer.state().get(0).name());
      averages.add((double) value(optimizer.state().get(0).tensor()));
      assertEquals(average, averages.get(averages.size() - 1), 1e-6, averages::toString);
    }
    assertEquals(expected.length, value(weight.value()), "the weight itself goes on");
    assertEquals(4, optimizer.stateBytes());
  }

  private Optimizer optimizer(Averaging averaging) {
    kernels.write(FloatBuffer.wrap(new float[] {1}), weight.gradient(), 0);
    return averaging.around(new Sum(), List.of(weight), kernels);
  }

  private float value(Tensor tensor) {
    float[] value = new float[1];
    kernels.read(tensor, 0, FloatBuffer.wrap(value));
    return value[0];
  }
}
