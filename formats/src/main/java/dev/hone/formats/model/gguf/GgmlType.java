package dev.hone.formats.model.gguf;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.gguf.blocks.Bf16;
import dev.hone.formats.model.gguf.blocks.BlockEncoder;
import dev.hone.formats.model.gguf.blocks.BlockFormat;
import dev.hone.formats.model.gguf.blocks.F16;
import dev.hone.formats.model.gguf.blocks.F32;
import dev.hone.formats.model.gguf.blocks.Q40;
import dev.hone.formats.model.gguf.blocks.Q41;
import dev.hone.formats.model.gguf.blocks.Q4K;
import dev.hone.formats.model.gguf.blocks.Q50;
import dev.hone.formats.model.gguf.blocks.Q51;
import dev.hone.formats.model.gguf.blocks.Q5K;
import dev.hone.formats.model.gguf.blocks.Q6K;
import dev.hone.formats.model.gguf.blocks.Q80;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The tensor types that hone decodes, with their numbers in GGUF files. */
@SuppressWarnings("ImmutableEnumChecker") // every format is a class without fields
public enum GgmlType {
  F32(0, new F32()),
  F16(1, new F16()),
  Q4_0(2, new Q40()),
  Q4_1(3, new Q41()),
  Q5_0(6, new Q50()),
  Q5_1(7, new Q51()),
  Q8_0(8, new Q80()),
  Q4_K(12, new Q4K()),
  Q5_K(13, new Q5K()),
  Q6_K(14, new Q6K()),
  BF16(30, new Bf16());

  private final int id;
  private final BlockFormat format;

  GgmlType(int id, BlockFormat format) {
    this.id = id;
    this.format = format;
  }

  /** How its blocks are decoded. */
  public BlockFormat format() {
    return format;
  }

  /** Its number in a file. */
  int id() {
    return id;
  }

  /**
   * How its blocks are made.
   *
   * @throws IllegalStateException if hone does not write it
   */
  BlockEncoder encoder() {
    if (format instanceof BlockEncoder encoder) {
      return encoder;
    }
    throw new IllegalStateException(this + " is read, not written");
  }

  /**
   * The type of a number in a file.
   *
   * @param where file and tensor, for the message
   * @throws HoneException if hone does not decode it
   */
  static GgmlType of(long id, String where) {
    for (GgmlType type : values()) {
      if (type.id == id) {
        return type;
      }
    }
    throw new HoneException(
        where
            + " is of ggml type "
            + id
            + ", which hone does not decode; it decodes "
            + Arrays.stream(values()).map(GgmlType::name).collect(Collectors.joining(", ")));
  }
}
