package dev.hone.formats.model.gguf;

import dev.hone.formats.HoneException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the values of a GGUF header one after the other, never beyond the file's end. */
final class GgufCursor {
  /** Arrays of arrays occur nowhere in practice; a corrupt file must not exhaust the stack. */
  private static final int MAX_NESTING = 4;

  /** Twenty times the largest vocabulary; a corrupt count must not exhaust the memory. */
  private static final int MAX_ELEMENTS = 5_000_000;

  private final Path path;
  private final ByteBuffer bytes;

  GgufCursor(Path path, ByteBuffer bytes) {
    this.path = path;
    this.bytes = bytes;
  }

  int position() {
    return bytes.position();
  }

  HoneException broken(String problem) {
    return new HoneException(
        path + " " + problem + "; it is truncated or corrupt, copy or download it again");
  }

  private void need(long count) {
    if (count < 0 || count > bytes.remaining()) {
      throw broken(
          "ends inside its header: "
              + Long.toUnsignedString(count)
              + " more bytes are expected at byte "
              + bytes.position()
              + " and "
              + bytes.remaining()
              + " are there");
    }
  }

  /** The first bytes of the file; false if they are not these. */
  boolean startsWith(String magic) {
    if (bytes.remaining() < magic.length()) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if (bytes.get() != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  int u32() {
    need(4);
    int value = bytes.getInt();
    if (value < 0) {
      throw broken("has the count " + Integer.toUnsignedString(value) + " in its header");
    }
    return value;
  }

  long u64() {
    need(8);
    return bytes.getLong();
  }

  /** A number of things that take at least one byte each. */
  int count(String what) {
    long count = u64();
    if (count < 0 || count > bytes.remaining()) {
      throw broken("announces " + Long.toUnsignedString(count) + " " + what);
    }
    return (int) count;
  }

  String string() {
    long length = u64();
    need(length);
    ByteBuffer text = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw broken("has a text that is not UTF-8 before byte " + bytes.position());
    }
  }

  Object value() {
    return value(u32(), 0);
  }

  /** The 13 kinds of metadata values, by their numbers in the file. */
  private Object value(int kind, int depth) {
    switch (kind) {
      case 0, 1, 7 -> need(1);
      case 2, 3 -> need(2);
      case 4, 5, 6 -> need(4);
      case 10, 11, 12 -> need(8);
      default -> {}
    }
    return switch (kind) {
      case 0 -> (long) Byte.toUnsignedInt(bytes.get());
      case 1 -> (long) bytes.get();
      case 2 -> (long) Short.toUnsignedInt(bytes.getShort());
      case 3 -> (long) bytes.getShort();
      case 4 -> Integer.toUnsignedLong(bytes.getInt());
      case 5 -> (long) bytes.getInt();
      case 6 -> bytes.getFloat();
      case 7 -> bytes.get() != 0;
      case 8 -> string();
      case 9 -> array(depth + 1);
      case 10, 11 -> bytes.getLong();
      case 12 -> bytes.getDouble();
      default -> throw broken("has a metadata value of the unknown kind " + kind);
    };
  }

  private List<Object> array(int depth) {
    if (depth > MAX_NESTING) {
      throw broken("nests metadata arrays deeper than " + MAX_NESTING);
    }
    int kind = u32();
    int count = count("array elements");
    if (count > MAX_ELEMENTS) {
      throw broken("has a metadata array of " + count + " elements");
    }
    List<Object> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(value(kind, depth));
    }
    return values;
  }
}
