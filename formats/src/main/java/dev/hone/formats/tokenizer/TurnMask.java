package dev.hone.formats.tokenizer;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.Weighted;
import dev.hone.formats.template.Rendered;
import dev.hone.formats.template.Rendered.Part;
import dev.hone.formats.template.Rendered.Run;
import dev.hone.formats.tokenizer.Tokenizer.Encoding;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The loss weight of every token of a rendered conversation, from where its characters came.
 *
 * <p>The region of a turn begins where the generation prompt ends, if the template wrote it there,
 * else at the first character of the message; it ends with the end-of-turn token. So it is what a
 * model has to write itself: content, reasoning and tool calls with the marks that the template
 * puts around them. All of it has the weight of the turn, but for pieces that have one of their
 * own. Other text of the template has no weight at all.
 *
 * <p>The end-of-turn token is the first special token between the message and whatever the template
 * wrote next for another one; one of the stop tokens goes before others.
 *
 * <p>The weight of a token is the smallest of its characters'; characters without one do not count.
 * So a token that joins the header's last space and the first word of an answer is trained, as
 * Transformers' {@code return_assistant_tokens_mask} has it, and one that joins a trained and an
 * untrained piece is not.
 */
final class TurnMask {
  private static final int UNKNOWN = -1;

  private final Rendered rendered;
  private final Encoding encoding;
  private final String generationPrompt;
  private final float[] characters;
  private final int[] firsts;
  private final int[] lasts;
  private int untrainedEnds;

  /**
   * @param generationPrompt {@link dev.hone.formats.template.ChatTemplate#generationPrompt}
   * @param templateWeight of the template's own text outside of turns; NaN: it does not count
   */
  TurnMask(
      Rendered rendered,
      Encoding encoding,
      int messages,
      String generationPrompt,
      float templateWeight) {
    this.rendered = rendered;
    this.encoding = encoding;
    this.generationPrompt = generationPrompt;
    this.characters = new float[rendered.text().length()];
    Arrays.fill(characters, templateWeight);
    this.firsts = new int[messages];
    this.lasts = new int[messages];
    Arrays.fill(firsts, UNKNOWN);
    Arrays.fill(lasts, UNKNOWN);
    int start = 0;
    for (Run run : rendered.runs()) {
      if (run.part() == Part.MESSAGE) {
        if (firsts[run.message()] == UNKNOWN) {
          firsts[run.message()] = start;
        }
        lasts[run.message()] = run.end();
      }
      start = run.end();
    }
  }

  /**
   * The weights of the tokens {@code [T]}.
   *
   * @param special ids of special tokens
   * @param stops ids that end a turn, whatever stands around them
   */
  float[] weights(
      Conversation conversation, MaskRules rules, Set<Integer> special, Set<Integer> stops) {
    List<Message> messages = conversation.messages();
    float[] ofTurn = new float[messages.size()];
    for (int i = 0; i < ofTurn.length; i++) {
      Message message = messages.get(i);
      boolean byRule = rules.trainOnInputs() || rules.rolesToTrain().contains(message.role());
      ofTurn[i] = message.weight().orElse(byRule ? 1f : 0f);
      if (lasts[i] != UNKNOWN) {
        int end = end(i, special, stops);
        int start = message.role().equals("assistant") ? start(i) : firsts[i];
        Arrays.fill(
            characters, start, end == UNKNOWN ? lasts[i] : encoding.starts()[end], ofTurn[i]);
        weighEnd(end, highest(message, ofTurn[i]), rules, i == ofTurn.length - 1);
      }
    }
    weighMessages(ofTurn);
    return tokens(special);
  }

  private void weighEnd(int end, float weight, MaskRules rules, boolean last) {
    boolean trained = weight > 0;
    boolean trainEnd =
        switch (rules.trainOnEos()) {
          case TURN -> trained;
          case ALL -> true;
          case LAST -> trained && last;
          case NONE -> false;
        };
    if (end != UNKNOWN) {
      float endWeight = trainEnd ? (trained ? weight : 1) : 0;
      Arrays.fill(characters, encoding.starts()[end], encoding.ends()[end], endWeight);
    } else if (trainEnd && trained) {
      untrainedEnds++;
    }
  }

  /** Trained turns after which the template writes no end-of-turn token; after {@link #weights}. */
  int untrainedEnds() {
    return untrainedEnds;
  }

  private static float highest(Message message, float weight) {
    float highest = weight;
    for (Weighted piece : message.weighted()) {
      highest = Math.max(highest, piece.weight());
    }
    return highest;
  }

  /** After the generation prompt, if it stands between this message and the one before it. */
  private int start(int message) {
    if (generationPrompt.isEmpty()) {
      return firsts[message];
    }
    int before = 0;
    for (int other = 0; other < lasts.length; other++) {
      if (lasts[other] <= firsts[message]) {
        before = Math.max(before, lasts[other]);
      }
    }
    int found =
        rendered.text().lastIndexOf(generationPrompt, firsts[message] - generationPrompt.length());
    return found >= before ? found + generationPrompt.length() : firsts[message];
  }

  /** Index of the end-of-turn token, or UNKNOWN. */
  private int end(int message, Set<Integer> special, Set<Integer> stops) {
    int boundary = boundary(message);
    int found = UNKNOWN;
    int[] starts = encoding.starts();
    int t = firstTokenFrom(lasts[message]);
    for (; t < starts.length && starts[t] < boundary; t++) {
      int id = encoding.ids()[t];
      if (stops.contains(id)) {
        return t;
      }
      if (found == UNKNOWN && special.contains(id)) {
        found = t;
      }
    }
    // A model that stops at the mark of the next turn has no other end.
    boolean next = found == UNKNOWN && t < starts.length && starts[t] == boundary;
    return next && stops.contains(encoding.ids()[t]) ? t : found;
  }

  /** Where the template begins to write something else after a message. */
  private int boundary(int message) {
    int start = 0;
    for (Run run : rendered.runs()) {
      boolean other =
          run.part() != Part.TEMPLATE || (run.message() >= 0 && run.message() != message);
      if (start >= lasts[message] && other) {
        return start;
      }
      start = run.end();
    }
    return rendered.text().length();
  }

  private int firstTokenFrom(int offset) {
    int t = Arrays.binarySearch(encoding.starts(), offset);
    if (t < 0) {
      return -t - 1;
    }
    while (t > 0 && encoding.starts()[t - 1] == offset) {
      t--;
    }
    return t;
  }

  /** What a message says has its own weight, wherever the template put it. */
  private void weighMessages(float[] ofTurn) {
    int start = 0;
    for (Run run : rendered.runs()) {
      if (run.part() == Part.MESSAGE) {
        float own = Float.isNaN(run.weight()) ? ofTurn[run.message()] : run.weight();
        Arrays.fill(characters, start, run.end(), own);
      }
      start = run.end();
    }
  }

  private float[] tokens(Set<Integer> special) {
    float[] weights = new float[encoding.ids().length];
    for (int t = 0; t < weights.length; t++) {
      weights[t] = weight(t, special.contains(encoding.ids()[t]));
    }
    return weights;
  }

  /**
   * A special token that swallows white space of a message next to it is still the template's: it
   * counts only as a whole.
   */
  private float weight(int token, boolean whole) {
    float least = Float.NaN;
    for (int c = encoding.starts()[token]; c < encoding.ends()[token]; c++) {
      if (Float.isNaN(characters[c])) {
        if (whole) {
          return 0;
        }
      } else if (!(least <= characters[c])) {
        least = characters[c];
      }
    }
    return Float.isNaN(least) ? 0 : least;
  }
}
