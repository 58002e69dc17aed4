package dev.hone.jobs;

import dev.hone.eval.GeneratedAnswers;
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

/**
 * Documents of {@code question_datasets} as questions that a model can be asked.
 *
 * @param probe asks them
 * @param asked the turns before each answer, in the same order
 */
record Questions(HoneConfig.Questions entry, GeneratedAnswers probe, List<Conversation> asked) {

  /**
   * Renders every document: all turns but the last are the prompt, the last is the answer.
   *
   * @throws HoneException naming the first document that is no question: a score over fewer
   *     questions than were given would be another number
   */
  static Questions of(
      HoneConfig.Questions entry, List<DocumentRow> documents, Tokenizer tokenizer) {
    HoneConfig.Dataset source = entry.source();
    ChatTemplate template = ChatTemplates.resolve(source.chatTemplate(), tokenizer);
    List<Question> questions = new ArrayList<>();
    List<Conversation> asked = new ArrayList<>();
    for (DocumentRow document : documents) {
      Conversation chat = (Conversation) DocumentJson.read(document.record(), document.kind());
      List<Message> turns = chat.messages();
      Message last = turns.get(turns.size() - 1);
      if (turns.size() < 2 || !last.role().equals("assistant")) {
        throw unfit(source, document, "does not end with an answer of the assistant");
      }
      try {
        Conversation before =
            new Conversation(
                turns.subList(0, turns.size() - 1), chat.tools(), chat.templateKwargs());
        questions.add(Question.chat(before, last.content(), tokenizer, template));
        asked.add(before);
      } catch (RefusedRecord e) {
        throw unfit(source, document, e.getMessage());
      }
    }
    return new Questions(
        entry,
        new GeneratedAnswers(source.name(), questions, entry.maxNewTokens(), entry.metrics()),
        asked);
  }

  private static HoneException unfit(
      HoneConfig.Dataset source, DocumentRow document, String problem) {
    return new HoneException(
        "%s: %s: row %d of %s %s; correct the row, or remove it"
            .formatted(
                source.location(), source.key(), document.ordinal(), document.source(), problem));
  }
}
