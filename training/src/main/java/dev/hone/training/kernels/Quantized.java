package dev.hone.training.kernels;

/**
 * A tensor of 8-bit numbers in blocks of {@value DynamicMap#BLOCK}: element i is {@code
 * map[codes[i]] * largest[i / 256]}, for a {@link DynamicMap} that its user knows.
 *
 * @param codes made by {@link Kernels#codes}
 * @param largest largest absolute value of each block {@code [ceil(N / 256)]}
 */
public record Quantized(Tensor codes, Tensor largest) {

  /** Zeros for as many elements as a shape has. */
  public static Quantized zeros(Kernels kernels, long... shape) {
    Tensor codes = kernels.codes(shape);
    long blocks = (codes.length() + DynamicMap.BLOCK - 1) / DynamicMap.BLOCK;
    return new Quantized(codes, kernels.allocate(blocks));
  }
}
