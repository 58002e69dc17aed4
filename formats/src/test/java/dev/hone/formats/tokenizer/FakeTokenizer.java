package dev.hone.formats.tokenizer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One token for each character, by code unit, so that expected masks can be counted by eye.
 *
 * @param chatTemplate Jinja source
 * @param eosToken its id is 9000
 * @param prefixIds what add_special_tokens puts first
 */
public record FakeTokenizer(
    Optional<String> chatTemplate, Optional<String> eosToken, int[] prefixIds)
    implements Tokenizer {
  static final int EOS = 9000;

  public static FakeTokenizer withTemplate(String jinja) {
    return new FakeTokenizer(Optional.of(jinja), Optional.of("</s>"), new int[0]);
  }

  public static FakeTokenizer withoutFiles() {
    return new FakeTokenizer(Optional.empty(), Optional.empty(), new int[0]);
  }

  @Override
  public Encoding encode(String text) {
    int[] starts = new int[text.length()];
    Arrays.setAll(starts, i -> i);
    int[] ends = new int[text.length()];
    Arrays.setAll(ends, i -> i + 1);
    return new Encoding(text.chars().toArray(), starts, ends);
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    return new String(ids, 0, ids.length);
  }

  @Override
  public Optional<String> bosToken() {
    return Optional.empty();
  }

  @Override
  public Optional<String> padToken() {
    return Optional.empty();
  }

  @Override
  public Optional<Integer> tokenId(String token) {
    Map<String, Integer> ids = new HashMap<>();
    eosToken.ifPresent(eos -> ids.put(eos, EOS));
    return Optional.ofNullable(ids.get(token));
  }

  @Override
  public int vocabSize() {
    return EOS + 1;
  }

  @Override
  public String fingerprint() {
    return "characters";
  }

  @Override
  public void close() {}
}
