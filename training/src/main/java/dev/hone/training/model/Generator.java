package dev.hone.training.model;

import dev.hone.training.layers.DecoderBlock;
import dev.hone.training.layers.KeyValueCache;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Greedy decoding with a cache of keys and values. */
final class Generator {
  private final Decoder decoder;
  private final int capacity;

  /**
   * @param capacity most tokens of a pass; a longer prompt is read in pieces
   */
  Generator(Decoder decoder, int capacity) {
    this.decoder = decoder;
    this.capacity = capacity;
  }

  int[] generate(int[] prompt, int maxNewTokens, Set<Integer> stopIds) {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("a prompt needs at least one token");
    }
    int positions = Math.addExact(prompt.length, maxNewTokens);
    decoder.rope().ensure(positions);
    List<KeyValueCache> caches =
        decoder.blocks().stream().map(block -> block.allocateCache(positions)).toList();
    int[] out = new int[maxNewTokens];
    int produced = 0;
    int past = readPrompt(prompt, caches);
    int row = prompt.length - 1 - lastPiece(prompt.length);
    while (produced < maxNewTokens) {
      int token = decoder.head().bestOf(row);
      out[produced++] = token;
      if (stopIds.contains(token) || produced == maxNewTokens) {
        break;
      }
      step(new int[] {token}, past++, caches);
      row = 0;
    }
    return Arrays.copyOf(out, produced);
  }

  private int readPrompt(int[] prompt, List<KeyValueCache> caches) {
    for (int from = 0; from < prompt.length; from += capacity) {
      int to = Math.min(prompt.length, from + capacity);
      step(Arrays.copyOfRange(prompt, from, to), from, caches);
    }
    return prompt.length;
  }

  /** Where the last piece of a prompt begins. */
  private int lastPiece(int length) {
    return (length - 1) / capacity * capacity;
  }

  private void step(int[] tokens, int past, List<KeyValueCache> caches) {
    decoder.batch().setContinuation(tokens, past);
    decoder.embedding().forward();
    for (int i = 0; i < caches.size(); i++) {
      DecoderBlock block = decoder.blocks().get(i);
      block.decode(caches.get(i));
    }
  }
}
