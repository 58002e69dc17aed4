package dev.hone.formats.tokenizer;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.Weighted;
import dev.hone.formats.template.Opening;
import dev.hone.formats.template.Rendered;
import dev.hone.formats.template.Rendered.Run;
import dev.hone.formats.tokenizer.MaskRules.TrainOnEos;
import dev.hone.formats.tokenizer.Tokenizer.Encoding;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The loss weight of every token of a rendered conversation, from where its characters came.
 *
 * <p>The region of a turn ({@link TurnRegions}) is what a model has to write itself: content,
 * reasoning and tool calls with the marks that the template puts around them, and the end-of-turn
 * token. All of it has the weight of the turn, but for pieces that have one of their own. Other
 * text of the template has no weight at all.
 *
 * <p>The weight of a token is the smallest of its characters'; characters without one do not count.
 * So a token that joins the header's last space and the first word of an answer is trained, as
 * Transformers' {@code return_assistant_tokens_mask} has it, and one that joins a trained and an
 * untrained piece is not.
 */
final class TurnMask {
  private final Rendered rendered;
  private final Encoding encoding;
  private final TurnRegions regions;
  private final float[] characters;
  private int untrainedEnds;

  /**
   * @param opening {@link dev.hone.formats.template.ChatTemplate#opening}
   * @param templateWeight of the template's own text outside of turns; NaN: it does not count
   */
  TurnMask(
      Rendered rendered, Encoding encoding, int messages, Opening opening, float templateWeight) {
    this.rendered = rendered;
    this.encoding = encoding;
    this.regions = new TurnRegions(rendered, encoding, messages, opening);
    this.characters = new float[rendered.text().length()];
    Arrays.fill(characters, templateWeight);
  }

  /**
   * The weights of the tokens {@code [T]}.
   *
   * @param rules which turns are trained, and which ends of them
   * @param ends what may end a turn
   */
  float[] weights(Conversation conversation, MaskRules rules, EndTokens ends) {
    List<Message> messages = conversation.messages();
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      boolean byRule = rules.trainOnInputs() || rules.rolesToTrain().contains(message.role());
      float weight = message.weight().orElse(byRule ? 1f : 0f);
      TurnRegions.Region region =
          regions.of(i, message.role().equals("assistant"), message.toolCalls().isPresent(), ends);
      if (region != null) {
        Arrays.fill(characters, region.start(), region.end(), weight);
        int end = region.endToken();
        TrainOnEos rule = ends.rule(rules, end < 0 ? ends.eos() : encoding.ids()[end]);
        weighEnd(region, highest(message, weight), rule, i == messages.size() - 1);
      }
    }
    weighPieces();
    return tokens(ends.special());
  }

  private void weighEnd(TurnRegions.Region region, float weight, TrainOnEos rule, boolean last) {
    boolean trained = weight > 0;
    boolean trainEnd =
        switch (rule) {
          case TURN -> trained;
          case ALL -> true;
          case LAST -> trained && last;
          case NONE -> false;
        };
    if (region.endToken() >= 0) {
      float endWeight = trainEnd ? (trained ? weight : 1) : 0;
      int end = region.endToken();
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

  private void weighPieces() {
    int start = 0;
    for (Run run : rendered.runs()) {
      if (!Float.isNaN(run.weight())) {
        Arrays.fill(characters, start, run.end(), run.weight());
      }
      start = run.end();
    }
  }

  private float[] tokens(Set<Integer> special) {
    float[] weights = new float[encoding.ids().length];
    for (int t = 0; t < weights.length; t++) {
      weights[t] = weight(t, special);
    }
    return weights;
  }

  /**
   * A special token that swallows white space of a message next to it is still the template's: it
   * counts only as a whole.
   */
  private float weight(int token, Set<Integer> special) {
    float least = Float.NaN;
    int end = encoding.ends()[token];
    for (int c = encoding.starts()[token]; c < end; c++) {
      if (Float.isNaN(characters[c])) {
        // Asked only here: few tokens have such a character, and an id is boxed for the question.
        if (special.contains(encoding.ids()[token])) {
          return 0;
        }
      } else if (!(least <= characters[c])) {
        least = characters[c];
      }
    }
    return Float.isNaN(least) ? 0 : least;
  }
}
