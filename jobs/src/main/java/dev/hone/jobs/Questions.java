package dev.hone.jobs;

import dev.hone.eval.ExactMatch;
import dev.hone.eval.Question;
import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.DocumentJson;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.template.ChatTemplate;
import dev.hone.formats.template.ChatTemplates;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.jobs.config.HoneConfig;
import java.util.ArrayList;
import java.util.List;

/** Documents of {@code exact_match_datasets} as questions that a model can be asked. */
final class Questions {
  private Questions() {}

  /**
   * Renders every document: all turns but the last are the prompt, the last is the answer.
   *
   * @throws HoneException naming the first document that is no question: a score over fewer
   *     questions than were given would be another number
   */
  static ExactMatch of(
      HoneConfig.ExactMatch entry, List<DocumentRow> documents, Tokenizer tokenizer) {
    HoneConfig.Dataset source = entry.source();
    ChatTemplate template = ChatTemplates.resolve(source.chatTemplate(), tokenizer);
    List<Question> questions = new ArrayList<>();
    for (DocumentRow document : documents) {
      Conversation chat = (Conversation) DocumentJson.read(document.record(), document.kind());
      List<Message> turns = chat.messages();
      Message last = turns.get(turns.size() - 1);
      if (turns.size() < 2 || !last.role().equals("assistant")) {
        throw unfit(source, document, "does not end with an answer of the assistant");
      }
      try {
        questions.add(
            Question.chat(
                new Conversation(
                    turns.subList(0, turns.size() - 1), chat.tools(), chat.templateKwargs()),
                last.content(),
                tokenizer,
                template));
      } catch (RefusedRecord e) {
        throw unfit(source, document, e.getMessage());
      }
    }
    return new ExactMatch(source.name(), questions, entry.maxNewTokens());
  }

  private static HoneException unfit(
      HoneConfig.Dataset source, DocumentRow document, String problem) {
    return new HoneException(
        "%s: %s: row %d of %s %s; correct the row, or remove it"
            .formatted(
                source.location(), source.key(), document.ordinal(), document.source(), problem));
  }
}
