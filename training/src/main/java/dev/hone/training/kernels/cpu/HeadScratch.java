package dev.hone.training.kernels.cpu;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Native memory and products of one thread that works on a head of attention. */
final class HeadScratch {
  private static final int SLOTS = 6;

  private final boolean bf16;
  private final ProductThread products;
  private final CpuTensor[] operands = new CpuTensor[SLOTS];
  private final F32Tensor[] floats = new F32Tensor[SLOTS];

  private HeadScratch(ProductThread products, boolean bf16) {
    this.products = products;
    this.bf16 = bf16;
  }

  /** One for each thread. */
  static HeadScratch[] of(Products products, int threads) {
    return IntStream.range(0, threads)
        .mapToObj(i -> new HeadScratch(products.thread(i), products.bf16()))
        .toArray(HeadScratch[]::new);
  }

  /** Memory for what products read, at least so many values, with what the last user left. */
  CpuTensor operand(int slot, int size) {
    if (operands[slot] == null || operands[slot].length() < size) {
      operands[slot] = bf16 ? Bf16Tensor.zeros(size) : F32Tensor.zeros(size);
    }
    return operands[slot];
  }

  /**
   * Memory for what products read and what is computed row by row from these values, which are not
   * needed afterwards: the same memory if the type is the same, as caches hold little more than
   * that of one block.
   */
  CpuTensor operandFrom(F32Tensor values, int slot, int size) {
    return bf16 ? operand(slot, size) : values;
  }

  /** Memory in f32. */
  F32Tensor floats(int slot, int size) {
    if (floats[slot] == null || floats[slot].length() < size) {
      floats[slot] = F32Tensor.zeros(size);
    }
    return floats[slot];
  }

  /** The same, filled with zeros. */
  F32Tensor zeros(int slot, int size, Workers.Scratch scratch) {
    F32Tensor tensor = floats(slot, size);
    float[] zeros = scratch.get(0, size);
    Arrays.fill(zeros, 0, size, 0f);
    tensor.store(0, zeros, 0, size);
    return tensor;
  }

  /** {@code C = A Bᵀ}, C in f32: A {@code [m, k]}, B {@code [n, k]} from its row on, both dense. */
  void scores(CpuTensor a, CpuTensor b, int row, F32Tensor c, int m, int n, int k, int strideC) {
    Product product = new Product(m, n, k, false, true, k, k, strideC, bf16, false, 1, 0);
    products.run(product, a.address(0), b.address(row * k), c.address(0));
  }

  /**
   * {@code C = A B}: A {@code [m, k]} of that stride, B {@code [k, n]} from its row on, C dense.
   */
  void rows(CpuTensor a, int strideA, CpuTensor b, int row, CpuTensor c, int m, int n, int k) {
    boolean half = c instanceof Bf16Tensor;
    Product product = new Product(m, n, k, false, false, strideA, n, n, bf16, half, 1, 0);
    products.run(product, a.address(0), b.address(row * n), c.address(0));
  }

  /** {@code C += Aᵀ B}: A {@code [k, m]} of that stride, B {@code [k, n]}, C from its row on. */
  void addColumns(
      CpuTensor a, int strideA, CpuTensor b, F32Tensor c, int row, int m, int n, int k) {
    Product product = new Product(m, n, k, true, false, strideA, n, n, bf16, false, 1, 1);
    products.run(product, a.address(0), b.address(0), c.address(row * n));
  }
}
