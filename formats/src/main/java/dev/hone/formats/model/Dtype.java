package dev.hone.formats.model;

import dev.hone.formats.HoneException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Element types of a weight file, by the names safetensors gives them. All are little-endian. */
public enum Dtype {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U8(1),
  BOOL(1);

  private final int bytes;

  Dtype(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether its elements can be read as floats. */
  public boolean isFloat() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }

  /** The name that {@code config.json} uses: float32, bfloat16, float16, ... */
  public String torchName() {
    return switch (this) {
      case F64 -> "float64";
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      case I64 -> "int64";
      case I32 -> "int32";
      case I16 -> "int16";
      case I8 -> "int8";
      case U8 -> "uint8";
      case BOOL -> "bool";
    };
  }

  /**
   * The type of a name in {@code config.json}.
   *
   * @param where file and key, for the message
   * @throws HoneException if it is none of these
   */
  public static Dtype ofTorch(String name, String where) {
    return Arrays.stream(values())
        .filter(dtype -> dtype.torchName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new HoneException(
                    "%s is %s, which hone does not read; it reads %s"
                        .formatted(
                            where,
                            name,
                            Arrays.stream(values())
                                .map(Dtype::torchName)
                                .collect(Collectors.joining(", ")))));
  }

  /**
   * The type of a name in a file's header.
   *
   * @param where file and tensor, for the message
   * @throws HoneException if it is none of these
   */
  public static Dtype named(String name, String where) {
    for (Dtype dtype : values()) {
      if (dtype.name().equals(name)) {
        return dtype;
      }
    }
    throw new HoneException(
        where
            + " has dtype "
            + name
            + ", which hone does not read; it reads "
            + Arrays.stream(values()).map(Dtype::name).collect(Collectors.joining(", ")));
  }
}
