package dev.hone.jobs.quickstart;

import java.util.Map;

/**
 * A question about the metric tables and the query that answers it.
 *
 * @param pattern what kind of question it is
 * @param question one sentence
 * @param sql one query, without a semicolon
 * @param slots the names and numbers in it, and those that its pattern has no place for
 */
record Question(QuestionPattern pattern, String question, String sql, Map<String, String> slots) {
  Question {
    slots = Map.copyOf(slots);
  }

  /** Fills the slots of a pattern, in one of its wordings. */
  static Question of(QuestionPattern pattern, int wording, Map<String, String> slots) {
    String question = pattern.wordings().get(wording % pattern.wordings().size());
    return new Question(pattern, fill(question, slots), fill(pattern.sql(), slots), slots);
  }

  private static String fill(String template, Map<String, String> slots) {
    String text = template;
    for (Map.Entry<String, String> slot : slots.entrySet()) {
      text = text.replace("{" + slot.getKey() + "}", slot.getValue());
    }
    return text;
  }
}
