package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.List;

/**
 * The lengths of a module's rows, trained apart from their directions (Liu et al. 2024, DoRA):
 * {@code y = gain ⊙ (W x + s B A dropout(x)) + bias}, {@code gain = magnitude / ‖W + s B A‖}, a
 * length for each output. As in PEFT, the gradient takes the norm for a constant (section 4.3 of
 * the paper).
 *
 * <p>Dropout zeroes inputs of A alone. PEFT gives them to W as well, in the part of the output that
 * the gain adds; that costs a second product with W, and at the start, where the gain is 1, is the
 * same.
 */
public final class Dora {
  private final Kernels kernels;
  private final Batch batch;
  private final Weight magnitude; // [out]
  private final Tensor squares; // [out], of each row of W
  private final Tensor inverseNorm; // [out]
  private final Tensor gain; // [out]
  private final Tensor products; // [R, out], shared
  private final Tensor gram; // [R, R], shared
  private final Tensor scaled; // [T, out], shared
  private long known = -1;

  /**
   * @param magnitude {@code [out]}
   * @param squares {@code [out]}, of each row of W the sum of its squares, set before the first
   *     pass
   * @param rank R of the branch
   */
  public Dora(
      Kernels kernels,
      Batch batch,
      Weight magnitude,
      Tensor squares,
      int rank,
      LoraScratch scratch) {
    int out = Math.toIntExact(magnitude.length());
    this.kernels = kernels;
    this.batch = batch;
    this.magnitude = magnitude;
    this.squares = squares;
    this.inverseNorm = kernels.allocate(out);
    this.gain = kernels.allocate(out);
    this.products = scratch.products(rank, out);
    this.gram = scratch.products(rank, rank);
    this.scaled = scratch.scaled(out);
  }

  List<Weight> weights() {
    return List.of(magnitude);
  }

  /** {@code [T, out]} for what the gain multiplies, or its gradient. */
  Tensor scaled() {
    return scaled;
  }

  /** {@code y = beta * y + gain * scaled}. */
  void forward(Tensor y, double beta) {
    kernels.scaleColumns(scaled, gain, y, batch.rows(), beta);
  }

  /**
   * Forward was {@code y = magnitude * inverseNorm * scaled}, so now {@code dMagnitude += sum of dY
   * * scaled * inverseNorm}; and what was scaled makes room for its gradient, {@code gain * dY}.
   */
  void backward(Tensor dY) {
    magnitude.addTo(kernels, sum -> kernels.columnDots(dY, scaled, inverseNorm, sum, batch.rows()));
    kernels.scaleColumns(dY, gain, scaled, batch.rows(), 0);
  }

  /**
   * Finds the gain, and before it the norms if the weights may have changed since: {@code ‖W + s B
   * A‖² = ‖W‖² + B · (2 s W Aᵀ + s² B A Aᵀ)}, row by row, so that no matrix of W's size is made.
   */
  void measure(Weight w, Weight a, Weight b, double scale) {
    if (known != batch.weightsVersion()) {
      known = batch.weightsVersion();
      int rank = Math.toIntExact(a.shape()[0]);
      kernels.linear(a.operand(), w.operand(), products, rank, 2 * scale, 0);
      kernels.linear(a.operand(), a.operand(), gram, rank, 1, 0);
      kernels.linear(gram, b.operand(), products, rank, scale * scale, 1);
      kernels.inverseRowNorms(squares, b.operand(), products, inverseNorm);
    }
    kernels.scaleColumns(magnitude.value(), inverseNorm, gain, 1, 0);
  }
}
