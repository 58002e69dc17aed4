package dev.hone.formats.corpus;

/**
 * One accepted record of a corpus, in the form every later stage reads, whatever file format it
 * came from.
 *
 * <p>What is trained is not decided here: a document says what was said, {@code
 * tokenizer.MaskRules} say which tokens carry loss.
 */
public sealed interface Document permits Conversation, Completion, Pretokenized {

  /**
   * The value of column {@code kind}: {@code conversation}, {@code completion} or {@code
   * pretokenized}.
   */
  String kind();
}
