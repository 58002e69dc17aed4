package dev.hone.formats.tokenizer.bpe;

import static dev.hone.formats.tokenizer.bpe.CharacterKinds.LETTER;
import static dev.hone.formats.tokenizer.bpe.CharacterKinds.NUMBER;
import static dev.hone.formats.tokenizer.bpe.CharacterKinds.SPACE;

/**
 * The words of Llama 3, which are those of GPT-4, and with one digit a word those of Qwen 2 and 3.
 *
 * <p>{@code "We'LL pay 1234.\n\n"} is {@code We}, {@code 'LL}, {@code " pay"}, a space, {@code
 * 123}, {@code 4} and {@code .\n\n}.
 */
final class LlamaWords implements Splitter {
  static final String LLAMA3 = pattern("\\p{N}{1,3}");
  static final String QWEN2 = pattern("\\p{N}");

  private static final int MASK = LETTER | NUMBER | SPACE;
  private static final char LONG_S = '\u017f';

  private final int digits;

  /**
   * @param digits most digits of a word
   */
  LlamaWords(int digits) {
    this.digits = digits;
  }

  private static String pattern(String numbers) {
    return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
        + numbers
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  @Override
  public void split(char[] text, int from, int end, Sink sink) {
    int at = from;
    while (at < end) {
      int stop = word(text, at, end);
      sink.word(text, at, stop);
      at = stop;
    }
  }

  private int word(char[] text, int at, int end) {
    char c = text[at];
    if (c == '\'') {
      int length = contraction(text, at, end);
      if (length > 0) {
        return at + length;
      }
    }
    int kind = CharacterKinds.at(text, at) & MASK;
    if (kind == LETTER) {
      return CharacterKinds.run(text, at, end, LETTER, LETTER);
    }
    if (kind == NUMBER) {
      return numbers(text, at, end);
    }
    int second = at + CharacterKinds.units(text, at);
    if (second < end && !isNewline(c) && (CharacterKinds.at(text, second) & LETTER) != 0) {
      return CharacterKinds.run(text, second, end, LETTER, LETTER);
    }
    if (kind != SPACE) {
      return marks(text, at, end);
    }
    if (c == ' ' && second < end && (CharacterKinds.at(text, second) & MASK) == 0) {
      return marks(text, second, end);
    }
    int stop = CharacterKinds.run(text, at, end, SPACE, SPACE);
    for (int last = stop - 1; last >= at; last--) {
      if (isNewline(text[last])) {
        return last + 1;
      }
    }
    return Gpt2Words.space(text, at, stop, end);
  }

  private int numbers(char[] text, int from, int end) {
    int at = from;
    for (int i = 0; i < digits && at < end; i++) {
      if ((CharacterKinds.at(text, at) & NUMBER) == 0) {
        return at;
      }
      at += CharacterKinds.units(text, at);
    }
    return at;
  }

  /** Characters of no kind, and the line breaks behind them. */
  private static int marks(char[] text, int from, int end) {
    int at = CharacterKinds.run(text, from, end, MASK, 0);
    while (at < end && isNewline(text[at])) {
      at++;
    }
    return at;
  }

  private static boolean isNewline(char c) {
    return c == '\n' || c == '\r';
  }

  /** As GPT-2's, in either case; the case folding of Unicode makes the long s an s. */
  private static int contraction(char[] text, int at, int end) {
    if (at + 1 == end) {
      return 0;
    }
    return switch (text[at + 1]) {
      case 's', 'S', LONG_S, 't', 'T', 'm', 'M', 'd', 'D' -> 2;
      case 'r', 'R', 'v', 'V' -> at + 2 < end && (text[at + 2] | 0x20) == 'e' ? 3 : 0;
      case 'l', 'L' -> at + 2 < end && (text[at + 2] | 0x20) == 'l' ? 3 : 0;
      default -> 0;
    };
  }
}
