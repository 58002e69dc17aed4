package dev.hone.formats.tokenizer.bpe;

import java.util.Arrays;

/**
 * The tokens of words that were seen before, most of any text. Without an object for a word: a
 * table of slots points into one array of characters and one of tokens. What is full is emptied, so
 * that its size is bounded, at about 6 MB. Not thread safe.
 */
final class WordCache {
  /** Longer words are too rare to be kept. */
  static final int LONGEST = 128;

  private static final int SLOTS = 1 << 16;
  private static final int MOST_WORDS = SLOTS / 2;
  private static final int CHARACTERS = 1 << 20;
  private static final int NUMBERS = 1 << 19;

  // A slot: hash, first character, length, first number. A length of 0 marks a free one.
  private static final int SLOT = 4;

  private final int[] slots = new int[SLOT * SLOTS];
  private final char[] characters = new char[CHARACTERS];
  // Number of tokens, then for each its id and its start and end in the word, in one number.
  private final int[] numbers = new int[NUMBERS];
  private int words;
  private int usedCharacters;
  private int usedNumbers;

  static int hash(char[] text, int from, int end) {
    int hash = 0;
    for (int at = from; at < end; at++) {
      hash = 31 * hash + text[at];
    }
    return hash * 0x9E3779B9;
  }

  /** Adds the tokens of a word, if it is here. */
  boolean find(int hash, char[] text, int from, int end, TokenBuffer tokens) {
    for (int slot = first(hash); slots[slot + 2] != 0; slot = next(slot)) {
      if (slots[slot] == hash
          && slots[slot + 2] == end - from
          && same(text, from, end, slots[slot + 1])) {
        int number = slots[slot + 3];
        int stop = number + 1 + 2 * numbers[number];
        for (int at = number + 1; at < stop; at += 2) {
          int span = numbers[at + 1];
          tokens.add(numbers[at], from + (span >>> 16), from + (span & 0xffff));
        }
        return true;
      }
    }
    return false;
  }

  private boolean same(char[] text, int from, int end, int characterAt) {
    int other = characterAt;
    for (int at = from; at < end; at++) {
      if (text[at] != characters[other++]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Keeps a word that is not here.
   *
   * @param tokens its tokens are those from {@code first} on
   */
  void keep(int hash, char[] text, int from, int end, TokenBuffer tokens, int first) {
    int count = tokens.size() - first;
    if (words == MOST_WORDS
        || usedCharacters + end - from > CHARACTERS
        || usedNumbers + 1 + 2 * count > NUMBERS) {
      clear();
    }
    int slot = first(hash);
    while (slots[slot + 2] != 0) {
      slot = next(slot);
    }
    slots[slot] = hash;
    slots[slot + 1] = usedCharacters;
    slots[slot + 2] = end - from;
    slots[slot + 3] = usedNumbers;
    System.arraycopy(text, from, characters, usedCharacters, end - from);
    usedCharacters += end - from;
    numbers[usedNumbers++] = count;
    for (int token = first; token < tokens.size(); token++) {
      numbers[usedNumbers++] = tokens.id(token);
      numbers[usedNumbers++] = ((tokens.start(token) - from) << 16) | (tokens.end(token) - from);
    }
    words++;
  }

  private void clear() {
    Arrays.fill(slots, 0);
    words = 0;
    usedCharacters = 0;
    usedNumbers = 0;
  }

  private static int first(int hash) {
    return SLOT * (hash >>> 16);
  }

  private static int next(int slot) {
    return (slot + SLOT) & (SLOT * SLOTS - 1);
  }
}
