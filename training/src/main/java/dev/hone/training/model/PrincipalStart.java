package dev.hone.training.model;

import dev.hone.formats.HoneException;
import dev.hone.training.kernels.CounterRandom;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.layers.Weight;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.DoublePointer;

/**
 * The start of PiSSA (Meng et al. 2024): {@code scale · B A} is what of a weight its R largest
 * singular values make up, and each of A and B has the root of their share, as PEFT's {@code
 * pissa_init} takes them.
 *
 * @param weight {@code [out, in]}, frozen
 * @param a {@code [R, in]}: {@code sqrt(S / scale) Vᵀ}
 * @param b {@code [out, R]}: {@code U sqrt(S / scale)}
 * @param scale that of the branch
 * @param iterations of the subspace in which the singular vectors are looked for; 0: the whole
 *     decomposition is made
 */
record PrincipalStart(Weight weight, Tensor a, Tensor b, double scale, int iterations)
    implements BranchStart {

  /** Elements read at a time: 4 MB of them. */
  private static final int CHUNK = 1 << 20;

  @Override
  public void fill(Kernels kernels, long seed) {
    int out = Math.toIntExact(weight.shape()[0]);
    int in = Math.toIntExact(weight.shape()[1]);
    int rank = Math.toIntExact(a.shape()[0]);
    SingularVectors found = decomposed(kernels, out, in, rank, seed);
    float[] left = new float[out * rank];
    float[] right = new float[rank * in];
    for (int k = 0; k < rank; k++) {
      double root = Math.sqrt(found.values()[k] / scale);
      for (int i = k * in; i < (k + 1) * in; i++) {
        right[i] = (float) (root * found.right()[i]);
      }
      for (int o = k; o < left.length; o += rank) {
        left[o] = (float) (root * found.left()[o]);
      }
    }
    kernels.write(FloatBuffer.wrap(left), b, 0);
    kernels.write(FloatBuffer.wrap(right), a, 0);
  }

  private SingularVectors decomposed(Kernels kernels, int out, int in, int rank, long seed) {
    try (DoublePointer matrix = new DoublePointer((long) out * in)) {
      read(kernels, matrix);
      long own = CounterRandom.bits(seed, weight.name().hashCode());
      return iterations > 0
          ? SingularVectors.near(matrix, out, in, rank, iterations, own)
          : SingularVectors.of(matrix, out, in, rank);
    } catch (ArithmeticException e) {
      throw new HoneException(
          "%s has no singular vectors to begin an adapter from, as its values are not all finite (%s); check the base model, or use peft_init_lora_weights: true"
              .formatted(weight.name(), e.getMessage()),
          e);
    }
  }

  private void read(Kernels kernels, DoublePointer matrix) {
    long elements = matrix.capacity();
    for (long offset = 0; offset < elements; offset += CHUNK) {
      float[] chunk = new float[(int) Math.min(CHUNK, elements - offset)];
      kernels.read(weight.operand(), offset, FloatBuffer.wrap(chunk));
      for (int i = 0; i < chunk.length; i++) {
        matrix.put(offset + i, chunk[i]);
      }
    }
  }
}
