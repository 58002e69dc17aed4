package dev.hone.formats.tokenizer.bpe;

import static dev.hone.formats.tokenizer.bpe.CharacterKinds.LETTER;
import static dev.hone.formats.tokenizer.bpe.CharacterKinds.NUMBER;
import static dev.hone.formats.tokenizer.bpe.CharacterKinds.SPACE;

/**
 * The words of GPT-2, which the pre-tokenizer ByteLevel makes by itself.
 *
 * <p>{@code "We'll go!\n"} is {@code We}, {@code 'll}, a space, {@code " go"}, {@code !} and {@code
 * \n}.
 */
final class Gpt2Words implements Splitter {
  static final String PATTERN =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private static final int MASK = LETTER | NUMBER | SPACE;

  @Override
  public void split(char[] text, int from, int end, Sink sink) {
    int at = from;
    while (at < end) {
      int stop = word(text, at, end);
      sink.word(text, at, stop);
      at = stop;
    }
  }

  private static int word(char[] text, int at, int end) {
    char c = text[at];
    if (c == '\'') {
      int length = contraction(text, at, end);
      if (length > 0) {
        return at + length;
      }
    }
    int first = c == ' ' && at + 1 < end ? at + 1 : at;
    int kind = CharacterKinds.at(text, first) & MASK;
    return kind == SPACE
        ? space(text, at, CharacterKinds.run(text, at, end, SPACE, SPACE), end)
        : CharacterKinds.run(text, first, end, MASK, kind);
  }

  /** Length of what stands behind an apostrophe at {@code at}, the apostrophe included; 0: none. */
  private static int contraction(char[] text, int at, int end) {
    if (at + 1 == end) {
      return 0;
    }
    return switch (text[at + 1]) {
      case 's', 't', 'm', 'd' -> 2;
      case 'r', 'v' -> at + 2 < end && text[at + 2] == 'e' ? 3 : 0;
      case 'l' -> at + 2 < end && text[at + 2] == 'l' ? 3 : 0;
      default -> 0;
    };
  }

  /** White space goes without its last character to a word, if one follows. */
  static int space(char[] text, int at, int stop, int end) {
    return stop < end && stop - at > 1 ? stop - 1 : stop;
  }
}
