package dev.hone.training.model;

import dev.hone.formats.model.peft.LoraInit;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.layers.Weight;

/** What a branch begins as where that is a part of its weight, which is taken out of it. */
sealed interface BranchStart permits OrthonormalStart, PrincipalStart {

  /**
   * The start that the settings of an adapter name.
   *
   * @param weight {@code [out, in]}, frozen
   * @param a {@code [R, in]}, filled by {@link #fill}
   * @param b {@code [out, R]}, filled by {@link #fill}
   * @param scale that of the branch
   * @throws IllegalArgumentException if branches of those settings begin apart from their weights
   */
  static BranchStart of(LoraInit init, Weight weight, Tensor a, Tensor b, double scale) {
    return switch (init.kind()) {
      case OLORA -> new OrthonormalStart(weight, a, b);
      case PISSA -> new PrincipalStart(weight, a, b, scale, init.iterations());
      case KAIMING, GAUSSIAN ->
          throw new IllegalArgumentException(init + " is no part of a weight");
    };
  }

  /** What A begins as. */
  Tensor a();

  /** What B begins as. */
  Tensor b();

  /**
   * Fills A and B from the weight as products read it.
   *
   * @param seed of what is drawn
   */
  void fill(Kernels kernels, long seed);
}
