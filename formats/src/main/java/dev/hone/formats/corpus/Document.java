package dev.hone.formats.corpus;

/**
 * One accepted record of a corpus, in the form every later stage reads, whatever file format it
 * came from.
 *
 * <p>What is trained is not decided here, except where the record itself says so: a document says
 * what was said, {@code tokenizer.MaskRules} say which tokens carry loss.
 */
public sealed interface Document
    permits Conversation, Completion, Pretokenized, Preference, Unpaired {

  /**
   * The value of column {@code kind}: {@code conversation}, {@code completion}, {@code
   * pretokenized}, {@code preference} or {@code unpaired}.
   */
  String kind();
}
