package dev.hone.formats.tokenizer.bpe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * A byte-level BPE tokenizer: GPT-2's, Llama 3's, Qwen's, SmolLM2's and their like. Never changed,
 * so that the tasks of a process share one; each has an {@link ByteLevelEncoder} of its own.
 */
public final class ByteLevelModel {
  private final AddedTokens addedTokens;
  private final AddedTokens normalizedTokens;
  private final boolean nfc;
  private final Splitter words;
  private final int[] byteIds;
  private final PairTable merges;
  private final Map<String, Integer> wholeWords;
  private final List<Integer> prefixIds;

  /**
   * @param addedTokens are looked for in the text as it is
   * @param normalizedTokens are looked for after that, in the normalized text
   * @param nfc whether text is normalized
   * @param byteIds id of each byte; negative: the vocabulary lacks it
   * @param merges of two ids: rank and new id
   * @param wholeWords words that are one token whatever the merges are
   */
  ByteLevelModel(
      AddedTokens addedTokens,
      AddedTokens normalizedTokens,
      boolean nfc,
      Splitter words,
      int[] byteIds,
      PairTable merges,
      Map<String, Integer> wholeWords,
      List<Integer> prefixIds) {
    this.addedTokens = addedTokens;
    this.normalizedTokens = normalizedTokens;
    this.nfc = nfc;
    this.words = words;
    this.byteIds = byteIds.clone();
    this.merges = merges;
    this.wholeWords = wholeWords;
    this.prefixIds = List.copyOf(prefixIds);
  }

  /**
   * The model of a tokenizer.json.
   *
   * @throws UnknownKindException if anything in it is not known exactly, naming it
   */
  public static ByteLevelModel read(JsonNode tokenizer) throws UnknownKindException {
    return ModelReader.read(tokenizer);
  }

  /** Ids that the post-processor puts before a text. */
  public int[] prefixIds() {
    return prefixIds.stream().mapToInt(Integer::intValue).toArray();
  }

  AddedTokens addedTokens() {
    return addedTokens;
  }

  AddedTokens normalizedTokens() {
    return normalizedTokens;
  }

  boolean nfc() {
    return nfc;
  }

  Splitter words() {
    return words;
  }

  Map<String, Integer> wholeWords() {
    return wholeWords;
  }

  WordMerger merger() {
    return new WordMerger(byteIds, merges);
  }
}
