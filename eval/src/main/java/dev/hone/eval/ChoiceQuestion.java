package dev.hone.eval;

import dev.hone.formats.tokenizer.Tokenizer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A question with the answers there are to choose from.
 *
 * @param context what comes before a choice, for a person
 * @param choices as written
 * @param right the place of the right one, from 0
 * @param texts the context with each choice after it, as tokens
 */
public record ChoiceQuestion(String context, List<String> choices, int right, List<Text> texts)
    implements Serializable {
  public ChoiceQuestion {
    choices = List.copyOf(choices);
    texts = List.copyOf(texts);
  }

  /**
   * A context and a choice after it.
   *
   * @param from where the choice begins, at least 1
   */
  public record Text(int[] ids, int from) implements Serializable {}

  /**
   * Tokenizes as lm-evaluation-harness does: a space comes between context and choice; both are
   * tokenized as one text; and the choice is what comes after as many tokens as the context alone
   * has. The tokenizer's prefix comes before, if it has one.
   *
   * @param longest a longer text loses tokens at its beginning
   * @throws IllegalArgumentException if there is no token before a choice, or none in it
   */
  public static ChoiceQuestion of(
      String context, List<String> choices, int right, Tokenizer tokenizer, int longest) {
    String before = context.stripTrailing();
    String space = context.substring(before.length());
    List<Text> texts = new ArrayList<>();
    for (String choice : choices) {
      texts.add(text(before, space + " " + choice, tokenizer, longest));
    }
    return new ChoiceQuestion(context, choices, right, texts);
  }

  private static Text text(String before, String choice, Tokenizer tokenizer, int longest) {
    int[] prefix = tokenizer.prefixIds();
    int[] all = tokenizer.encode(before + choice).ids();
    int from = prefix.length + tokenizer.encode(before).ids().length;
    int[] ids = Arrays.copyOf(prefix, prefix.length + all.length);
    System.arraycopy(all, 0, ids, prefix.length, all.length);
    int cut = Math.max(0, ids.length - longest);
    if (from - cut < 1 || from >= ids.length) {
      throw new IllegalArgumentException(
          "has %d tokens of context and %d of choice '%s', and both need one in %d"
              .formatted(from, ids.length - from, choice.strip(), longest));
    }
    return new Text(Arrays.copyOfRange(ids, cut, ids.length), from - cut);
  }

  /** The place of the likeliest choice, the first of equals. */
  int likeliest(double[] logProbabilities) {
    return best(logProbabilities);
  }

  /** The same with each log-probability divided by the characters of its choice. */
  int likeliestByLength(double[] logProbabilities) {
    double[] each = new double[choices.size()];
    for (int i = 0; i < each.length; i++) {
      each[i] = logProbabilities[i] / choices.get(i).codePointCount(0, choices.get(i).length());
    }
    return best(each);
  }

  private static int best(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
