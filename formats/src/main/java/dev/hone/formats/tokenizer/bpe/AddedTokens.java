package dev.hone.formats.tokenizer.bpe;

import static dev.hone.formats.tokenizer.bpe.CharacterKinds.SPACE;

import java.util.Arrays;
import java.util.List;

/**
 * Finds added tokens in a text: of those that begin at one place the longest, whatever stands
 * around it. Has no state, so that threads can share one.
 */
final class AddedTokens {
  private static final int ROOT = 0;
  private static final int ASCII = 128;

  private final List<Token> tokens;
  // A tree of characters: node and character to node, and which token ends at a node.
  private final PairTable children;
  private final int[] tokenAt;
  private final boolean[] begins = new boolean[ASCII];
  private boolean othersBegin;

  /**
   * An added token.
   *
   * @param lstrip whether it takes the white space before it
   * @param rstrip whether it takes the white space behind it
   */
  record Token(String content, int id, boolean lstrip, boolean rstrip) {}

  /**
   * @param tokens none of them empty
   */
  AddedTokens(List<Token> tokens) {
    this.tokens = List.copyOf(tokens);
    int characters = tokens.stream().mapToInt(token -> token.content().length()).sum();
    this.children = new PairTable(characters);
    this.tokenAt = new int[characters + 1];
    Arrays.fill(tokenAt, -1);
    int nodes = 1;
    for (int t = 0; t < tokens.size(); t++) {
      String content = tokens.get(t).content();
      int node = ROOT;
      for (int i = 0; i < content.length(); i++) {
        long child = children.get(node, content.charAt(i));
        if (child == PairTable.NONE) {
          child = nodes++;
          children.put(node, content.charAt(i), child);
        }
        node = (int) child;
      }
      tokenAt[node] = t;
      if (content.charAt(0) < ASCII) {
        begins[content.charAt(0)] = true;
      } else {
        othersBegin = true;
      }
    }
  }

  /**
   * Adds the tokens of a stretch of text, and gives what is between them to a sink, both in order.
   */
  void split(char[] text, int from, int end, TokenBuffer found, Splitter.Sink between) {
    int done = from;
    int at = from;
    while (at < end) {
      char c = text[at];
      int match = (c < ASCII ? begins[c] : othersBegin) ? longest(text, at, end) : -1;
      if (match < 0) {
        at++;
        continue;
      }
      Token token = tokens.get(match);
      int start = at;
      at += token.content().length();
      int stop = at;
      if (token.lstrip()) {
        while (start > done && CharacterKinds.isSpace(text[start - 1])) {
          start--;
        }
      }
      if (token.rstrip()) {
        stop = CharacterKinds.run(text, stop, end, SPACE, SPACE);
      }
      if (done < start) {
        between.word(text, done, start);
      }
      found.add(token.id(), start, stop);
      done = stop;
    }
    if (done < end) {
      between.word(text, done, end);
    }
  }

  /** The longest token at a place, by its index; -1: none. */
  private int longest(char[] text, int from, int end) {
    int longest = -1;
    long node = ROOT;
    for (int at = from; at < end; at++) {
      node = children.get((int) node, text[at]);
      if (node == PairTable.NONE) {
        break;
      }
      if (tokenAt[(int) node] >= 0) {
        longest = tokenAt[(int) node];
      }
    }
    return longest;
  }
}
