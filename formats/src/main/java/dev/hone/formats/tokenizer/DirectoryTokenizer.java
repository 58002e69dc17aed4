package dev.hone.formats.tokenizer;

import dev.hone.formats.HoneException;
import dev.hone.formats.Utf16;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What every tokenizer of a directory has in common, whoever makes its tokens. */
abstract class DirectoryTokenizer implements Tokenizer {
  private final TokenizerFiles.Facts facts;
  private final int vocabSize;

  DirectoryTokenizer(TokenizerFiles.Facts facts) {
    this.facts = facts;
    this.vocabSize =
        facts.vocabulary().values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
  }

  /**
   * {@inheritDoc}
   *
   * @throws HoneException if the text holds half a surrogate pair: it has no UTF-8, and the library
   *     would count it as several characters, so that every offset behind it would be wrong
   */
  @Override
  public final Encoding encode(String text) {
    int half = Utf16.unpairedSurrogate(text);
    if (half >= 0) {
      throw new HoneException(
          "the text has half a surrogate pair (\\u%04x) at character %d, which no tokenizer can read; write the whole character"
              .formatted((int) text.charAt(half), half));
    }
    return encodeWhole(text);
  }

  /** As {@link #encode}, of text without unpaired surrogates. */
  abstract Encoding encodeWhole(String text);

  @Override
  public Optional<Integer> tokenId(String token) {
    return Optional.ofNullable(facts.vocabulary().get(token));
  }

  @Override
  public int vocabSize() {
    return vocabSize;
  }

  @Override
  public Set<Integer> specialIds() {
    return facts.specialIds();
  }

  @Override
  public Map<String, String> specialTokens() {
    return facts.specialTokens();
  }

  @Override
  public Map<String, String> chatTemplates() {
    return facts.chatTemplates();
  }

  @Override
  public String fingerprint() {
    return facts.fingerprint();
  }
}
