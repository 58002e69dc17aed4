package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.Documents;
import java.util.Arrays;

/**
 * The query heads that share one key head, in one document, {@value #BLOCK} queries of each at a
 * time, one head below the other: {@code [group * BLOCK, HS]}. Everything is padded to whole
 * blocks, so that the same few shapes of products serve documents of all lengths. A block may begin
 * with queries that the document shares: they are read, as keys of the others are, and not written.
 */
final class AttentionHeads {
  static final int BLOCK = 64;

  private final AttentionShape shape;
  private final int headSize;
  private final int start;
  private final int shared;
  private final int sharedStart;
  private final int length;
  private final int keyHead;

  /** The heads of a document. */
  AttentionHeads(AttentionShape shape, Documents documents, int document, int keyHead) {
    this.shape = shape;
    this.headSize = shape.headSize();
    this.start = documents.starts()[document];
    this.shared = documents.shared()[document];
    this.sharedStart = documents.starts()[documents.leader(document)];
    this.length = documents.length(document);
    this.keyHead = keyHead;
  }

  /** Where the first block begins that has queries of the document's own. */
  int firstBlock() {
    return shared / BLOCK * BLOCK;
  }

  /** The first query in a block that is the document's own. */
  int firstOwn(int from) {
    return Math.max(0, shared - from);
  }

  int length() {
    return length;
  }

  /** Rows of keys, whole blocks. */
  int paddedLength() {
    return padded(length);
  }

  /** That many rows in whole blocks. */
  static int padded(int length) {
    return (length + BLOCK - 1) / BLOCK * BLOCK;
  }

  /** Rows of queries in a block, of all heads. */
  int queryRows() {
    return shape.group() * BLOCK;
  }

  /**
   * Values from one row of scores to the next: whole cache lines, in bf16 too, and not a power of
   * two, which the caches dislike.
   */
  int scoreStride() {
    return paddedLength() + AlignedArrays.LINE / Short.BYTES;
  }

  /** The first key that a block of queries needs: where a block of keys begins. */
  int firstKey(int from) {
    return shape.firstSeen(from) / BLOCK * BLOCK;
  }

  /** The keys that a query sees, of those from first on: the first of them. */
  int firstSeen(int query, int first) {
    return shape.firstSeen(query) - first;
  }

  /** The row of the batch of a query. */
  int row(int query) {
    return query < shared ? sharedStart + query : start + query - shared;
  }

  /** The number of a query head in the model. */
  int head(int inGroup) {
    return keyHead * shape.group() + inGroup;
  }

  /** Queries of the block that begins there. */
  int queries(int from) {
    return Math.min(BLOCK, length - from);
  }

  /** Copies the key head's rows of the document, and zeros behind them. */
  void gatherKeys(CpuTensor from, CpuTensor to, float[] zeros) {
    for (int row = 0; row < length; row++) {
      to.copy(from, row(row) * from.width() + keyHead * headSize, row * headSize, headSize);
    }
    zero(to, length, paddedLength(), headSize, headSize, zeros);
  }

  /**
   * Moves the document's own rows of a key head to their place, with rounding, and leaves zeros:
   * only what is shared stays.
   */
  void moveKeys(F32Tensor from, CpuTensor to, Workers.Scratch scratch) {
    float[] line = scratch.get(0, headSize);
    float[] zeros = scratch.get(1, headSize);
    Arrays.fill(zeros, 0, headSize, 0f);
    for (int row = shared; row < length; row++) {
      from.load(row * headSize, line, 0, headSize);
      to.store(row(row) * to.width() + keyHead * headSize, line, 0, headSize);
      from.store(row * headSize, zeros, 0, headSize);
    }
  }

  /** Copies a block of all query heads. */
  void gatherQueries(CpuTensor from, int first, CpuTensor to) {
    for (int i = 0; i < shape.group(); i++) {
      for (int row = 0; row < queries(first); row++) {
        to.copy(from, offset(from, first + row, i), (i * BLOCK + row) * headSize, headSize);
      }
    }
  }

  /** Writes a block of all query heads back. */
  void scatterQueries(CpuTensor from, int first, CpuTensor to) {
    for (int i = 0; i < shape.group(); i++) {
      for (int row = firstOwn(first); row < queries(first); row++) {
        to.copy(from, (i * BLOCK + row) * headSize, offset(to, first + row, i), headSize);
      }
    }
  }

  /** Writes a block of all query heads back, each row multiplied by its factor, with rounding. */
  void scatterScaled(F32Tensor from, float[] factors, int first, CpuTensor to, float[] line) {
    for (int i = 0; i < shape.group(); i++) {
      for (int row = firstOwn(first); row < queries(first); row++) {
        from.load((i * BLOCK + row) * headSize, line, 0, headSize);
        RowMath.scale(line, 0, factors[i * BLOCK + row], headSize);
        to.store(offset(to, first + row, i), line, 0, headSize);
      }
    }
  }

  /** Where a query of one head begins in a tensor {@code [T, NH * HS]}. */
  int offset(CpuTensor tensor, int query, int inGroup) {
    return row(query) * tensor.width() + head(inGroup) * headSize;
  }

  /** Zeroes the scores of the rows of a block that are no queries, or not the document's own. */
  void zeroOthers(CpuTensor scores, int first, int columns, float[] zeros) {
    for (int i = 0; i < shape.group(); i++) {
      int head = i * BLOCK;
      zero(scores, head, head + firstOwn(first), scoreStride(), columns, zeros);
      zero(scores, head + queries(first), head + BLOCK, scoreStride(), columns, zeros);
    }
  }

  private static void zero(
      CpuTensor tensor, int fromRow, int toRow, int stride, int columns, float[] zeros) {
    if (fromRow < toRow) {
      Arrays.fill(zeros, 0, columns, 0f);
    }
    for (int row = fromRow; row < toRow; row++) {
      tensor.store(row * stride, zeros, 0, columns);
    }
  }
}
