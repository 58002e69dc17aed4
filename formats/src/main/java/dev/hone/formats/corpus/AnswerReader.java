package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A prompt and answers to it, each a text, a message or a list of messages.
 *
 * <p>An answer that is a list and does not begin with the assistant is a whole chat. With a prompt
 * in messages it must repeat them; without, or with a prompt that is text and so only repeats part
 * of the chat, the prompt is what the answers begin with in common (as TRL's {@code
 * extract_prompt}), or of a single answer all but its last turn.
 */
final class AnswerReader {
  private final Row row;
  private final boolean chat;

  /**
   * @param row has the options of {@link ChatOptions#message} and {@link ChatOptions#besides}
   * @param chat whether texts are turns of a user and an assistant; otherwise texts stay texts
   */
  AnswerReader(Row row, boolean chat) {
    this.row = row;
    this.chat = chat;
  }

  /**
   * Reads the answers to one prompt.
   *
   * @param promptKey the option that names the prompt
   * @param answerKeys the options that name the answers
   * @return for each answer prompt and answer
   */
  List<Document> read(String promptKey, List<String> answerKeys) throws RefusedRecord {
    Optional<JsonNode> prompt = row.value(promptKey);
    List<JsonNode> answers = new ArrayList<>();
    for (String key : answerKeys) {
      answers.add(row.value(key).orElseThrow(() -> row.missing(row.said(key), key)));
    }
    boolean texts = answers.stream().allMatch(JsonNode::isTextual);
    return texts && !chat && prompt.map(JsonNode::isTextual).orElse(true)
        ? texts(prompt, answers, answerKeys)
        : chats(prompt, answers, promptKey, answerKeys);
  }

  private List<Document> texts(Optional<JsonNode> prompt, List<JsonNode> answers, List<String> keys)
      throws RefusedRecord {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      texts.add(answerText(keys.get(i), answers.get(i)));
    }
    String before = prompt.isPresent() ? Row.text("the prompt", prompt.get()) : commonText(texts);
    int cut = prompt.isPresent() ? 0 : before.length();
    List<Document> documents = new ArrayList<>();
    for (String text : texts) {
      if (text.length() == cut) {
        throw noAnswer();
      }
      documents.add(Answers.text(before, text.substring(cut)));
    }
    return documents;
  }

  private List<Document> chats(
      Optional<JsonNode> prompt, List<JsonNode> answers, String promptKey, List<String> keys)
      throws RefusedRecord {
    ConversationReader reader = new ConversationReader(row);
    List<List<Message>> turns = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      turns.add(
          answers.get(i).isTextual()
              ? List.of(Message.of("assistant", answerText(keys.get(i), answers.get(i))))
              : messages(row.said(keys.get(i)), answers.get(i)));
    }
    boolean whole = turns.stream().noneMatch(answer -> answer.get(0).role().equals("assistant"));
    List<Message> before;
    if (prompt.isEmpty() || (whole && prompt.get().isTextual())) {
      before = turns.size() == 1 ? butLast(turns.get(0)) : common(turns);
    } else if (prompt.get().isTextual()) {
      before = List.of(Message.of("user", row.requiredText(promptKey)));
    } else {
      before = messages(row.said(promptKey), prompt.get());
    }
    Conversation asked = reader.conversation(reader.withSystem(row.said(promptKey), before));
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < turns.size(); i++) {
      documents.add(Answers.chat(asked, after(before, turns.get(i), row.said(keys.get(i)))));
    }
    return documents;
  }

  private String answerText(String key, JsonNode answer) throws RefusedRecord {
    String text = Row.text("field '" + row.said(key) + "'", answer);
    if (text.isBlank()) {
      throw Row.emptyText("field '" + row.said(key) + "'");
    }
    return text;
  }

  private List<Message> messages(String where, JsonNode value) throws RefusedRecord {
    JsonNode first = value.isArray() ? value.path(0) : value;
    MessageReader reader = MessageReader.of(row, first);
    return value.isObject() ? List.of(reader.read(where, value)) : reader.list(where, value);
  }

  private static List<Message> butLast(List<Message> chat) {
    return chat.subList(0, chat.size() - 1);
  }

  private static List<Message> common(List<List<Message>> chats) {
    List<Message> first = chats.get(0);
    int n = 0;
    while (n < first.size() && sameAt(n, chats)) {
      n++;
    }
    return first.subList(0, n);
  }

  private static boolean sameAt(int n, List<List<Message>> chats) {
    Message turn = chats.get(0).get(n);
    return chats.stream().allMatch(chat -> n < chat.size() && chat.get(n).equals(turn));
  }

  /** What two texts begin with in common; a space before the difference goes with the answers. */
  private static String commonText(List<String> texts) {
    String first = texts.get(0);
    if (texts.size() == 1) {
      return "";
    }
    int n = 0;
    while (n < first.length() && startsAlike(n, texts)) {
      n++;
    }
    return first.substring(0, n > 0 && first.charAt(n - 1) == ' ' ? n - 1 : n);
  }

  private static boolean startsAlike(int n, List<String> texts) {
    char c = texts.get(0).charAt(n);
    return texts.stream().allMatch(text -> n < text.length() && text.charAt(n) == c)
        && !Character.isHighSurrogate(c);
  }

  /** The turns of an answer after the prompt that it may repeat. */
  private static List<Message> after(List<Message> before, List<Message> answer, String where)
      throws RefusedRecord {
    int n = before.size();
    List<Message> rest = answer;
    if (answer.size() >= n && answer.subList(0, n).equals(before)) {
      rest = answer.subList(n, answer.size());
    } else if (!answer.get(0).role().equals("assistant")) {
      throw new RefusedRecord(
          "prompt_mismatch",
          "field '%s' begins with a turn of the %s that is not the prompt's; give it the prompt's turns or the answer alone"
              .formatted(where, answer.get(0).role()));
    }
    if (rest.isEmpty()) {
      throw noAnswer();
    }
    return rest;
  }

  private static RefusedRecord noAnswer() {
    return new RefusedRecord(
        "no_answer", "after the prompt nothing is left of an answer; fill it in or drop the row");
  }
}
