package dev.hone.eval;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.template.ChatTemplate;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.formats.tokenizer.SampleEncoder;
import dev.hone.formats.tokenizer.Tokenizer;
import java.io.Serializable;

/**
 * A prompt with the answer that is expected.
 *
 * @param prompt as the model reads it, for a person
 * @param promptIds the same as token ids
 * @param answer compared after trimming white space
 */
public record Question(String prompt, int[] promptIds, String answer) implements Serializable {

  /**
   * Chat turns, rendered as in training and opened for the assistant.
   *
   * @throws RefusedRecord {@code template_refused} if the template has no place for a message
   */
  public static Question chat(
      Conversation asked, String answer, Tokenizer tokenizer, ChatTemplate template)
      throws RefusedRecord {
    SampleEncoder encoder = new SampleEncoder(tokenizer, template, MaskRules.defaults());
    return new Question(template.render(asked, true).text(), encoder.prompt(asked), answer);
  }

  /** A text to go on from, with the tokenizer's prefix if it has one. */
  public static Question completion(String prompt, String answer, Tokenizer tokenizer) {
    int[] prefix = tokenizer.prefixIds();
    int[] text = tokenizer.encode(prompt).ids();
    int[] ids = new int[prefix.length + text.length];
    System.arraycopy(prefix, 0, ids, 0, prefix.length);
    System.arraycopy(text, 0, ids, prefix.length, text.length);
    return new Question(prompt, ids, answer);
  }
}
