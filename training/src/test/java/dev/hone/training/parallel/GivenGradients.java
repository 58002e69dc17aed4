package dev.hone.training.parallel;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.model.Parameter;
import dev.hone.training.objective.Means;
import dev.hone.training.objective.Objective;
import dev.hone.training.objective.Share;
import dev.hone.training.objective.StepLoss;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;

/**
 * Parameters whose gradients are random numbers, a rank's share of them where there are many: so
 * that what ranks make of them can be compared to the last bit.
 */
final class GivenGradients implements Objective {
  private final Kernels kernels;
  private final List<Parameter> parameters = new ArrayList<>();
  private final long seed;
  private IntConsumer finalFrom = parameter -> {};
  private int step;

  /**
   * @param seed of the gradients
   */
  GivenGradients(Kernels kernels, long seed) {
    this.kernels = kernels;
    this.seed = seed;
    add("mlp.weight", 70, 83);
    add("mlp.lora_B.weight", 83, 24);
    add("norm.weight", 83);
    parameters.forEach(parameter -> fill(parameter.value(), new Random(1)));
  }

  private void add(String name, long... shape) {
    Tensor memory = kernels.allocate(shape);
    Tensor value = shape.length < 2 ? memory : kernels.trained(memory);
    parameters.add(new Parameter(name, value, kernels.allocate(shape)));
  }

  @Override
  public List<Parameter> parameters() {
    return parameters;
  }

  @Override
  public void onBackward(IntConsumer told) {
    finalFrom = told;
  }

  @Override
  public void zeroGradients() {
    parameters.forEach(parameter -> kernels.zero(parameter.gradient()));
  }

  /** All of the gradient is that of the rank whose turn it is. */
  @Override
  public StepLoss forwardBackward(Share share) {
    Random random = new Random(1000 * seed + step);
    int turn = step++ % share.ranks().rows(0).length;
    share.eachPass(
        i -> {
          for (int p = parameters.size() - 1; p >= 0 && share.ranks().rank() == turn; p--) {
            fill(parameters.get(p).gradient(), random);
            finalFrom.accept(p);
          }
        });
    return new StepLoss(1, new Means());
  }

  List<float[]> values() {
    return parameters.stream().map(parameter -> values(parameter.value())).toList();
  }

  List<float[]> operands() {
    return parameters.stream()
        .map(parameter -> values(kernels.operandOf(parameter.value())))
        .toList();
  }

  private float[] values(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    kernels.read(tensor, 0, FloatBuffer.wrap(values));
    return values;
  }

  private void fill(Tensor tensor, Random random) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    kernels.write(FloatBuffer.wrap(values), tensor, 0);
  }
}
