package dev.hone.training.kernels;

/**
 * Where the documents of a pass lie, and which of them begin alike. A document that shares n tokens
 * begins with the first n rows of its leader, the last document before it that shares none; only
 * what follows has rows of its own. So what two answers to one prompt have in common is computed
 * once.
 *
 * <p>Worked example: the prompt 5 6 with the answers 7 8 and 9 lies in the rows [5, 6, 7, 8, 9]:
 * starts [0, 4], shared [0, 2]. The second document has the rows 0, 1 and 4.
 *
 * @param starts {@code [S]}, of the rows of their own, ascending, first 0
 * @param shared {@code [S]}, leading tokens that are the leader's: less than it has, and no less
 *     than the document before shares with the same one; first 0
 * @param rows of all documents
 */
public record Documents(int[] starts, int[] shared, int rows) {

  /** Documents that share nothing. */
  public static Documents apart(int[] starts, int rows) {
    return new Documents(starts, new int[starts.length], rows);
  }

  /** How many there are. */
  public int count() {
    return starts.length;
  }

  /** The row after the last of a document. */
  public int end(int document) {
    return document + 1 < starts.length ? starts[document + 1] : rows;
  }

  /** Tokens of a document, those that it shares among them. */
  public int length(int document) {
    return shared[document] + end(document) - starts[document];
  }

  /** The row of a token of a document. */
  public int row(int document, int token) {
    return token < shared[document]
        ? starts[leader(document)] + token
        : starts[document] + token - shared[document];
  }

  /** The document whose first rows a document shares; itself if it shares none. */
  public int leader(int document) {
    int leader = document;
    while (shared[leader] > 0) {
      leader--;
    }
    return leader;
  }

  /** The document after the last that shares the rows of this leader. */
  public int endOfFamily(int leader) {
    int end = leader + 1;
    while (end < starts.length && shared[end] > 0) {
      end++;
    }
    return end;
  }
}
