package dev.hone.formats.tokenizer.bpe;

import static dev.hone.formats.tokenizer.bpe.CharacterKinds.DIGIT;

/**
 * Cuts a text into the words that are tokenized each for itself: a pre-tokenizer. Nothing is left
 * out. Has no state, so that threads can share one.
 */
interface Splitter {

  /**
   * Gives the words of a stretch of text to a sink, in order. What stands before and behind the
   * stretch does not matter.
   *
   * @param text without unpaired surrogates
   */
  void split(char[] text, int from, int end, Sink sink);

  /** Takes words. */
  interface Sink {
    void word(char[] text, int from, int end);
  }

  /** All of it is one word. */
  static Splitter whole() {
    return (text, from, end, sink) -> sink.word(text, from, end);
  }

  /** The words of the second in each word of the first. */
  static Splitter both(Splitter first, Splitter second) {
    return (text, from, end, sink) ->
        first.split(text, from, end, (same, start, stop) -> second.split(same, start, stop, sink));
  }

  /**
   * The pre-tokenizer Digits.
   *
   * @param individual each digit is a word, not a run of them
   */
  static Splitter digits(boolean individual) {
    return (text, from, end, sink) -> {
      int at = from;
      while (at < end) {
        boolean digit = (CharacterKinds.at(text, at) & DIGIT) != 0;
        int stop =
            digit && individual
                ? at + CharacterKinds.units(text, at)
                : CharacterKinds.run(text, at, end, DIGIT, digit ? DIGIT : 0);
        sink.word(text, at, stop);
        at = stop;
      }
    };
  }
}
