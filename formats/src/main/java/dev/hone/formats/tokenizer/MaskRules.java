package dev.hone.formats.tokenizer;

import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * Which turns carry loss, by Axolotl's keys. A turn's own {@code train} field wins over the rules.
 *
 * @param trainOnInputs {@code train_on_inputs}: the content of every turn, and the prompt of a
 *     completion, is trained
 * @param rolesToTrain {@code roles_to_train}: roles whose content is trained
 * @param trainOnEos {@code train_on_eos}: whose end-of-turn token is trained
 * @param trainOnEot {@code train_on_eot}: the same for end-of-turn tokens that are not the
 *     tokenizer's eos_token
 * @param eotTokens {@code eot_tokens}: tokens that end a turn besides the tokenizer's eos_token;
 *     needed only where a template ends turns with something that is no special token, or with
 *     several
 * @param allowLeftOut whether a conversation stays although the chat template leaves out something
 *     that its messages say
 */
public record MaskRules(
    boolean trainOnInputs,
    Set<String> rolesToTrain,
    TrainOnEos trainOnEos,
    TrainOnEos trainOnEot,
    List<String> eotTokens,
    boolean allowLeftOut)
    implements Serializable {

  public MaskRules {
    rolesToTrain = Set.copyOf(rolesToTrain);
    eotTokens = List.copyOf(eotTokens);
  }

  /** The same rule for every end-of-turn token. */
  public MaskRules(
      boolean trainOnInputs,
      Set<String> rolesToTrain,
      TrainOnEos trainOnEos,
      List<String> eotTokens,
      boolean allowLeftOut) {
    this(trainOnInputs, rolesToTrain, trainOnEos, trainOnEos, eotTokens, allowLeftOut);
  }

  /**
   * Axolotl's defaults: the content of assistant turns and the end-of-turn token that follows it.
   */
  public static MaskRules defaults() {
    return new MaskRules(false, Set.of("assistant"), TrainOnEos.TURN, List.of(), false);
  }

  /** The values of {@code train_on_eos}. */
  public enum TrainOnEos {
    /** After each trained turn. */
    TURN,
    /** After every turn. */
    ALL,
    /** After the last turn of the conversation, if it is trained. */
    LAST,
    /** Never. */
    NONE
  }
}
