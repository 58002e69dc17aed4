package dev.hone.training.model;

import dev.hone.formats.model.peft.PeftAdapter;
import dev.hone.formats.model.safetensors.TensorSource;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.layers.Weight;
import java.nio.FloatBuffer;

/**
 * A trained branch and the start that was taken out of its base weight, as one branch of twice the
 * rank on the untouched weight: {@code B A - B0 A0 = [B, -B0] [A; A0]}, as PEFT converts PiSSA and
 * OLoRA.
 */
final class ConvertedBranch {
  private ConvertedBranch() {}

  /** The matrix that takes the place of a trained A or B. */
  static TensorSource of(Weight trained, BranchStart start, Kernels kernels) {
    boolean isA = trained.name().equals(PeftAdapter.nameOfA(PeftAdapter.moduleOf(trained.name())));
    float[] now = values(trained.value(), kernels);
    float[] then = values(isA ? start.a() : start.b(), kernels);
    int rows = Math.toIntExact(trained.shape()[0]);
    int width = Math.toIntExact(trained.shape()[1]);
    float[] both = new float[2 * now.length];
    if (isA) {
      System.arraycopy(now, 0, both, 0, now.length);
      System.arraycopy(then, 0, both, now.length, then.length);
      return source(trained.name(), both, 2L * rows, width);
    }
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < width; k++) {
        both[2 * row * width + k] = now[row * width + k];
        both[(2 * row + 1) * width + k] = -then[row * width + k];
      }
    }
    return source(trained.name(), both, rows, 2L * width);
  }

  private static TensorSource source(String name, float[] values, long rows, long width) {
    return TensorSource.of(name, new long[] {rows, width}, FloatBuffer.wrap(values));
  }

  private static float[] values(Tensor tensor, Kernels kernels) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    kernels.read(tensor, 0, FloatBuffer.wrap(values));
    return values;
  }
}
