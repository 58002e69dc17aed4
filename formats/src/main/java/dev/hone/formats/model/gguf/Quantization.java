package dev.hone.formats.model.gguf;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.TensorSpec;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a GGUF file stores its matrices in. Norms and biases are always f32. Which matrices get
 * another type than the file is named after is as llama.cpp decides it ({@code
 * llama_tensor_get_type}, {@code llama-quant.cpp}).
 */
public enum Quantization {
  F32(GgmlType.F32, 0),
  F16(GgmlType.F16, 1),
  BF16(GgmlType.BF16, 32),
  Q8_0(GgmlType.Q8_0, 7),
  Q4_0(GgmlType.Q4_0, 2),
  /** Q4_K, and Q6_K for half of the v and down projections. */
  Q4_K_M(GgmlType.Q4_K, 15),
  Q6_K(GgmlType.Q6_K, 18);

  private final GgmlType type;
  private final int fileType;

  Quantization(GgmlType type, int fileType) {
    this.type = type;
    this.fileType = fileType;
  }

  /** Its name in commands: {@code q4_k_m}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The one of a name.
   *
   * @throws HoneException if there is none
   */
  public static Quantization named(String key) {
    return Arrays.stream(values())
        .filter(one -> one.key().equals(key.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new HoneException(
                    "gguf:%s is not known; hone writes %s"
                        .formatted(
                            key,
                            Arrays.stream(values())
                                .map(one -> "gguf:" + one.key())
                                .collect(Collectors.joining(", ")))));
  }

  /** {@code general.file_type}. */
  int fileType() {
    return fileType;
  }

  /** Whether values are stored in fewer bits than those of a 16-bit float. */
  public boolean isQuantized() {
    return type.format().elements() > 1;
  }

  /**
   * The type of a tensor.
   *
   * @param tied whether the embedding is the head, too
   */
  GgmlType typeOf(TensorSpec spec, int layers, boolean tied) {
    if (spec.shape().length == 1) {
      return GgmlType.F32;
    }
    return isQuantized() ? fitting(wanted(spec, layers, tied), spec.shape()[1]) : type;
  }

  private GgmlType wanted(TensorSpec spec, int layers, boolean tied) {
    String name = spec.gguf();
    if (name.equals("output.weight") || (tied && name.equals("token_embd.weight"))) {
      boolean whole = spec.shape()[1] % type.format().elements() == 0;
      return whole && this != Q8_0 ? GgmlType.Q6_K : GgmlType.Q8_0;
    }
    boolean sensitive = name.endsWith(".attn_v.weight") || name.endsWith(".ffn_down.weight");
    return this == Q4_K_M && sensitive && moreBits(layer(name), layers) ? GgmlType.Q6_K : type;
  }

  /** The first and the last eighth of the layers, and every third of the others. */
  private static boolean moreBits(int layer, int layers) {
    int eighth = layers / 8;
    return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
  }

  private static int layer(String name) {
    return Integer.parseInt(name.substring("blk.".length(), name.indexOf('.', "blk.".length())));
  }

  /** A type whose blocks fill rows of that length. */
  private static GgmlType fitting(GgmlType wanted, long row) {
    if (row % wanted.format().elements() == 0) {
      return wanted;
    }
    if (row % GgmlType.Q8_0.format().elements() != 0) {
      return GgmlType.F16;
    }
    return wanted == GgmlType.Q4_K ? GgmlType.Q5_0 : GgmlType.Q8_0;
  }
}
