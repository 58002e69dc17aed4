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
  private final Map<Integer, Tensor> dHidden = new HashMap<>(); // [T, R], by R
  private final Map<Long, Tensor> products = new HashMap<>(); // [R, width], by both
  private final Map<Integer, Tensor> scaled = new HashMap<>(); // [T, width], by width
  private final Map<Integer, Tensor> dropped = new HashMap<>(); // [T, width], by width

  /**
   * @param capacity most tokens of a pass
   */
  public LoraScratch(Kernels kernels, int capacity) {
    this.kernels = kernels;
    this.capacity = capacity;
  }

  /** Memory for what one branch keeps, or branches of blocks that are computed again. */
  public Tensor allocateHidden(int rank) {
    return kernels.forUse(MemoryUse.ACTIVATIONS).operand(capacity, rank);
  }

  /** Shared by the branches of that rank. */
  Tensor dHidden(int rank) {
    return dHidden.computeIfAbsent(rank, r -> kernels.operand(capacity, r));
  }

  /** For products of small matrices. */
  Tensor products(int rank, int width) {
    return products.computeIfAbsent(
        ((long) rank << 32) + width, key -> kernels.allocate(rank, width));
  }

  /** For an output before the lengths of its rows are set. */
  Tensor scaled(int width) {
    return scaled.computeIfAbsent(width, w -> kernels.operand(capacity, w));
  }

  /** Made when dropout is first used on inputs of that width, and kept. */
  Tensor dropped(int width) {
    return dropped.computeIfAbsent(width, w -> kernels.operand(capacity, w));
  }
}
