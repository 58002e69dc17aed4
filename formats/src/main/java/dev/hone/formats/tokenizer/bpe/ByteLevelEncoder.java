package dev.hone.formats.tokenizer.bpe;

import static dev.hone.formats.tokenizer.bpe.CharacterKinds.COMPOSES;
import static dev.hone.formats.tokenizer.bpe.CharacterKinds.UNKNOWN;

import java.text.Normalizer;

/** Texts to tokens by a {@link ByteLevelModel}. Not thread safe. */
public final class ByteLevelEncoder {
  private final ByteLevelModel model;
  private final WordMerger merger;
  private final WordCache cache = new WordCache();
  private final TokenBuffer tokens = new TokenBuffer();
  private final Splitter.Sink words = this::word;
  private final Splitter.Sink normalized = this::normalized;
  private final Splitter.Sink pieces = this::piece;
  private char[] characters = new char[4096];
  private boolean exact;

  public ByteLevelEncoder(ByteLevelModel model) {
    this.model = model;
    this.merger = model.merger();
  }

  /**
   * The tokens of a text, until the next call.
   *
   * @param text without unpaired surrogates
   * @return null if only the library knows: it would change the text to its NFC form, or the
   *     vocabulary lacks a byte of it
   */
  public TokenBuffer encode(String text) {
    int length = text.length();
    if (characters.length < length) {
      characters = new char[Math.max(length, 2 * characters.length)];
    }
    text.getChars(0, length, characters, 0);
    if (model.nfc() && !isNormalized(text)) {
      return null;
    }
    tokens.clear();
    exact = true;
    model.addedTokens().split(characters, 0, length, tokens, normalized);
    return exact ? tokens : null;
  }

  private boolean isNormalized(String text) {
    int kinds = CharacterKinds.all(characters, text.length());
    if ((kinds & UNKNOWN) != 0) {
      return false;
    }
    return (kinds & COMPOSES) == 0 || Normalizer.isNormalized(text, Normalizer.Form.NFC);
  }

  private void normalized(char[] text, int from, int end) {
    model.normalizedTokens().split(text, from, end, tokens, pieces);
  }

  private void piece(char[] text, int from, int end) {
    model.words().split(text, from, end, words);
  }

  private void word(char[] text, int from, int end) {
    if (end - from > WordCache.LONGEST) {
      merge(text, from, end);
      return;
    }
    int hash = WordCache.hash(text, from, end);
    if (!cache.find(hash, text, from, end, tokens)) {
      int first = tokens.size();
      if (merge(text, from, end)) {
        cache.keep(hash, text, from, end, tokens, first);
      }
    }
  }

  private boolean merge(char[] text, int from, int end) {
    if (!model.wholeWords().isEmpty()) {
      Integer id = model.wholeWords().get(new String(text, from, end - from));
      if (id != null) {
        tokens.add(id, from, end);
        return true;
      }
    }
    boolean known = merger.merge(text, from, end, tokens);
    exact &= known;
    return known;
  }
}
