package dev.hone.formats.tokenizer.bpe;

import java.util.Arrays;

/**
 * The tokens of one word: its bytes, of which again and again the pair of lowest rank is merged,
 * the leftmost if there are several. Time is n log n for n bytes. Not thread safe.
 */
final class WordMerger {
  /** Above so many bytes a heap finds the next pair sooner than a look at all of them. */
  private static final int FEW = 64;

  private final int[] byteIds;
  private final PairTable merges;
  private final LongHeap heap = new LongHeap();

  // By index of a byte. A token is known by its first byte.
  private int[] ids = new int[256];
  private int[] charStarts = new int[256];
  private int[] charEnds = new int[256];
  private int[] next = new int[256];
  private int[] previous = new int[256];
  private long[] pairs = new long[256];
  private int length;

  /**
   * @param byteIds id of each byte; negative: the vocabulary lacks it
   * @param merges rank in the upper and id of the merged token in the lower half
   */
  WordMerger(int[] byteIds, PairTable merges) {
    this.byteIds = byteIds;
    this.merges = merges;
  }

  /**
   * Adds the tokens of a word. Each covers all characters of which it has a byte.
   *
   * @return false if a byte is not in the vocabulary; nothing is added then
   */
  boolean merge(char[] text, int from, int end, TokenBuffer tokens) {
    if (!spell(text, from, end)) {
      return false;
    }
    if (length <= FEW) {
      mergeFew();
    } else {
      mergeMany();
    }
    for (int at = 0; at < length; at = next[at]) {
      tokens.add(ids[at], charStarts[at], charEnds[next[at] - 1]);
    }
    return true;
  }

  /** UTF-8, and for each byte its id and its character. */
  private boolean spell(char[] text, int from, int end) {
    reserve(3 * (end - from));
    length = 0;
    boolean known = true;
    for (int at = from; at < end; ) {
      int c = text[at];
      int stop = at + 1;
      if (c < 0x80) {
        known &= add(c, at, stop);
      } else if (c < 0x800) {
        known &= add(0xc0 | (c >> 6), at, stop);
        known &= add(0x80 | (c & 0x3f), at, stop);
      } else if (!Character.isSurrogate(text[at])) {
        known &= add(0xe0 | (c >> 12), at, stop);
        known &= add(0x80 | ((c >> 6) & 0x3f), at, stop);
        known &= add(0x80 | (c & 0x3f), at, stop);
      } else {
        c = Character.toCodePoint(text[at], text[at + 1]);
        stop = at + 2;
        known &= add(0xf0 | (c >> 18), at, stop);
        known &= add(0x80 | ((c >> 12) & 0x3f), at, stop);
        known &= add(0x80 | ((c >> 6) & 0x3f), at, stop);
        known &= add(0x80 | (c & 0x3f), at, stop);
      }
      at = stop;
    }
    return known;
  }

  private boolean add(int unsigned, int start, int end) {
    int at = length++;
    ids[at] = byteIds[unsigned];
    charStarts[at] = start;
    charEnds[at] = end;
    next[at] = at + 1;
    previous[at] = at - 1;
    return ids[at] >= 0;
  }

  private void mergeFew() {
    for (int at = 0; at + 1 < length; at++) {
      pairs[at] = merges.get(ids[at], ids[at + 1]);
    }
    pairs[length - 1] = PairTable.NONE;
    while (true) {
      long least = PairTable.NONE;
      int best = 0;
      for (int at = 0; at < length; at = next[at]) {
        if (pairs[at] < least) {
          least = pairs[at];
          best = at;
        }
      }
      if (least == PairTable.NONE) {
        return;
      }
      join(best, (int) least);
    }
  }

  private void mergeMany() {
    heap.clear();
    for (int at = 0; at < length; at++) {
      look(at);
    }
    while (!heap.isEmpty()) {
      long top = heap.remove();
      int at = (int) top;
      // Else one of the two was merged with another since.
      if (pairs[at] >>> 32 == top >>> 32) {
        join(at, (int) pairs[at]);
        push(at);
        if (previous[at] >= 0) {
          push(previous[at]);
        }
      }
    }
  }

  private void look(int at) {
    pairs[at] = next[at] < length ? merges.get(ids[at], ids[next[at]]) : PairTable.NONE;
    push(at);
  }

  private void push(int at) {
    if (pairs[at] != PairTable.NONE) {
      heap.add((pairs[at] & 0xffff_ffff_0000_0000L) | at);
    }
  }

  /** Merges a token with the one behind it. */
  private void join(int at, int id) {
    int gone = next[at];
    int after = next[gone];
    ids[at] = id;
    next[at] = after;
    pairs[gone] = PairTable.NONE;
    if (after < length) {
      previous[after] = at;
      pairs[at] = merges.get(id, ids[after]);
    } else {
      pairs[at] = PairTable.NONE;
    }
    if (previous[at] >= 0) {
      pairs[previous[at]] = merges.get(ids[previous[at]], id);
    }
  }

  private void reserve(int bytes) {
    if (bytes > ids.length) {
      int capacity = Math.max(bytes, 2 * ids.length);
      ids = Arrays.copyOf(ids, capacity);
      charStarts = Arrays.copyOf(charStarts, capacity);
      charEnds = Arrays.copyOf(charEnds, capacity);
      next = Arrays.copyOf(next, capacity);
      previous = Arrays.copyOf(previous, capacity);
      pairs = Arrays.copyOf(pairs, capacity);
    }
  }
}
