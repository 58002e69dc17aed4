package dev.hone.formats.tokenizer.bpe;

import java.util.Arrays;

/** Tokens of a text, as they are found. */
public final class TokenBuffer {
  private static final int FIRST_CAPACITY = 1024;

  private int[] ids = new int[FIRST_CAPACITY];
  private int[] starts = new int[FIRST_CAPACITY];
  private int[] ends = new int[FIRST_CAPACITY];
  private int size;

  void clear() {
    size = 0;
  }

  void add(int id, int start, int end) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
      starts = Arrays.copyOf(starts, 2 * size);
      ends = Arrays.copyOf(ends, 2 * size);
    }
    ids[size] = id;
    starts[size] = start;
    ends[size++] = end;
  }

  int size() {
    return size;
  }

  int id(int token) {
    return ids[token];
  }

  int start(int token) {
    return starts[token];
  }

  int end(int token) {
    return ends[token];
  }

  /** A copy of the ids {@code [T]}. */
  public int[] ids() {
    return Arrays.copyOf(ids, size);
  }

  /** UTF-16 offset of each token's first character {@code [T]}. */
  public int[] starts() {
    return Arrays.copyOf(starts, size);
  }

  /** UTF-16 offset behind each token's last character {@code [T]}. */
  public int[] ends() {
    return Arrays.copyOf(ends, size);
  }
}
