package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.MemoryUse;
import dev.hone.training.kernels.Tensor;
import java.util.HashMap;
import java.util.Map;

/** Buffers that all LoRA branches of a model use in turn. */
public final class LoraScratch {
  private final Kernels kernels;
  private final int capacity;
  private final int rank;
  private final Tensor dHidden; // [T, R]
  private final Map<Integer, Tensor> dropped = new HashMap<>(); // [T, width], by width

  /**
   * @param capacity most tokens of a pass
   * @param rank R
   */
  public LoraScratch(Kernels kernels, int capacity, int rank) {
    this.kernels = kernels;
    this.capacity = capacity;
    this.rank = rank;
    this.dHidden = kernels.operand(capacity, rank);
  }

  /** Memory for what one branch keeps, or branches of blocks that are computed again. */
  public Tensor allocateHidden() {
    return kernels.forUse(MemoryUse.ACTIVATIONS).operand(capacity, rank);
  }

  Tensor dHidden() {
    return dHidden;
  }

  /** Made when dropout is first used on inputs of that width, and kept. */
  Tensor dropped(int width) {
    return dropped.computeIfAbsent(width, w -> kernels.operand(capacity, w));
  }
}
