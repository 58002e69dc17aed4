package dev.hone.packing;

import dev.hone.formats.tokenizer.Tokenizer;
import java.util.Arrays;

/**
 * The text of a sample with its trained stretches in brackets, for a person who wants to know what
 * is trained:
 *
 * <pre>
 * &lt;|im_start|&gt;user
 * Hi&lt;|im_end|&gt;
 * &lt;|im_start|&gt;assistant
 * ⟦Hello.&lt;|im_end|&gt;⟧
 * </pre>
 *
 * <p>A stretch of a weight other than 1 begins with it: {@code ⟦0.5:Hello.⟧}.
 */
public final class MarkedText {
  private MarkedText() {}

  /**
   * Marks the tokens of a sample or pack.
   *
   * @param ids token ids {@code [T]}
   * @param weights {@code [T]}, the weight of ids[t] as a target
   */
  public static String of(Tokenizer tokenizer, int[] ids, float[] weights) {
    StringBuilder marked = new StringBuilder();
    int start = 0;
    for (int t = 1; t <= ids.length; t++) {
      if (t == ids.length || weights[t] != weights[start]) {
        String text = tokenizer.decode(Arrays.copyOfRange(ids, start, t), false);
        marked.append(weights[start] > 0 ? trained(weights[start], text) : text);
        start = t;
      }
    }
    return marked.toString();
  }

  private static String trained(float weight, String text) {
    return weight == 1 ? "⟦" + text + "⟧" : "⟦" + weight + ":" + text + "⟧";
  }
}
