package dev.hone.packing;

import dev.hone.formats.tokenizer.Tokenizer;

/**
 * Shows at one glance what is trained: a token a line, {@code +} with loss and {@code -} without,
 * its id, and its text with line breaks and tabs written as in Java.
 *
 * <pre>
 * -     1  "&lt;|im_start|&gt;"
 * -   198  "\n"
 * + 19556  "Hello"
 * </pre>
 */
public final class MaskedTokens {
  private MaskedTokens() {}

  /**
   * Writes the tokens of a sample or pack.
   *
   * @param ids token ids {@code [T]}
   * @param weights {@code [T]}, the weight of ids[t] as a target
   */
  public static String dump(Tokenizer tokenizer, int[] ids, float[] weights) {
    StringBuilder dump = new StringBuilder();
    for (int i = 0; i < ids.length; i++) {
      String text = tokenizer.decode(new int[] {ids[i]}, false);
      dump.append(weights[i] > 0 ? '+' : '-')
          .append("%6d".formatted(ids[i]))
          .append("  \"")
          .append(
              text.replace("\\", "\\\\")
                  .replace("\n", "\\n")
                  .replace("\r", "\\r")
                  .replace("\t", "\\t"))
          .append("\"\n");
    }
    return dump.toString();
  }
}
