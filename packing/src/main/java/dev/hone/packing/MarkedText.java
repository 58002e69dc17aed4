package dev.hone.packing;

import dev.hone.formats.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

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
   * Tokens that follow each other and have one weight.
   *
   * @param text decoded, special tokens shown
   * @param weight as targets; 0: not trained
   */
  public record Stretch(String text, float weight) {}

  /**
   * Cuts the tokens of a sample or pack where their weight changes.
   *
   * @param ids token ids {@code [T]}
   * @param weights {@code [T]}, the weight of ids[t] as a target
   */
  public static List<Stretch> stretches(Tokenizer tokenizer, int[] ids, float[] weights) {
    List<Stretch> stretches = new ArrayList<>();
    int start = 0;
    for (int t = 1; t <= ids.length; t++) {
      if (t == ids.length || weights[t] != weights[start]) {
        String text = tokenizer.decode(Arrays.copyOfRange(ids, start, t), false);
        stretches.add(new Stretch(text, weights[start]));
        start = t;
      }
    }
    return stretches;
  }

  /** Marks the tokens of a sample or pack, see {@link #stretches}. */
  public static String of(Tokenizer tokenizer, int[] ids, float[] weights) {
    return stretches(tokenizer, ids, weights).stream()
        .map(one -> one.weight() > 0 ? trained(one.weight(), one.text()) : one.text())
        .collect(Collectors.joining());
  }

  private static String trained(float weight, String text) {
    return weight == 1 ? "⟦" + text + "⟧" : "⟦" + weight + ":" + text + "⟧";
  }
}
