package dev.hone.formats.tokenizer.bpe;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Optional;

/**
 * How byte-level tokenizers spell bytes: those that print in Latin-1 as that character, the others
 * as the characters from U+0100 on, so that a space is {@code Ġ}.
 */
public final class ByteAlphabet {
  private static final int BYTES = 256;
  private static final int FIRST_SPARE = 256;
  private static final char[] CHARACTERS = characters();
  private static final short[] BYTE_OF = byteOf();

  private ByteAlphabet() {}

  private static char[] characters() {
    char[] characters = new char[BYTES];
    int spare = FIRST_SPARE;
    for (int b = 0; b < BYTES; b++) {
      boolean prints = (b > ' ' && b < 0x7f) || (b > 0xa0 && b != 0xad);
      characters[b] = (char) (prints ? b : spare++);
    }
    return characters;
  }

  private static short[] byteOf() {
    short[] byteOf = new short[2 * BYTES];
    Arrays.fill(byteOf, (short) -1);
    for (int b = 0; b < BYTES; b++) {
      byteOf[CHARACTERS[b]] = (short) b;
    }
    return byteOf;
  }

  /**
   * The character of a byte.
   *
   * @param unsigned 0 to 255
   */
  static char character(int unsigned) {
    return CHARACTERS[unsigned];
  }

  /** Whether all of the text's characters are spellings of bytes. */
  public static boolean spells(String text) {
    return spelled(text).isPresent();
  }

  /** The text's UTF-8 bytes, spelled: a space is {@code Ġ}, an é {@code Ã©}. */
  public static String spell(String text) {
    StringBuilder spelled = new StringBuilder();
    for (byte signed : text.getBytes(UTF_8)) {
      spelled.append(character(Byte.toUnsignedInt(signed)));
    }
    return spelled.toString();
  }

  /**
   * The bytes of a token: what it spells, or, if a character of it spells no byte, its own text in
   * UTF-8.
   */
  public static byte[] bytes(String token) {
    return spelled(token).orElseGet(() -> token.getBytes(UTF_8));
  }

  /** The text that a token spells; empty if it spells no text or not the whole of characters. */
  static Optional<String> text(String token) {
    return spelled(token)
        .flatMap(
            bytes -> {
              try {
                return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
              } catch (CharacterCodingException e) {
                return Optional.empty();
              }
            });
  }

  private static Optional<byte[]> spelled(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = token.charAt(i);
      if (c >= BYTE_OF.length || BYTE_OF[c] < 0) {
        return Optional.empty();
      }
      bytes[i] = (byte) BYTE_OF[c];
    }
    return Optional.of(bytes);
  }
}
