package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import dev.hone.formats.corpus.ChatOptions.Keys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * {@code type: zephyr.nectar}: ranked answers, rank 1 being the best. The best one is chosen, the
 * next is rejected.
 *
 * <pre>{@code
 * {"prompt": "2+2?", "answers": [{"answer": "5", "rank": 2}, {"answer": "4", "rank": 1}]}
 * }</pre>
 *
 * <p>Here 4 is chosen over 5. Axolotl (prompt_strategies/dpo/zephyr.py) takes the last by rank,
 * which is the worst of them.
 */
@AutoService(CorpusFormat.class)
public record NectarFormat() implements CorpusFormat {
  private record Ranked(double rank, String answer) {}

  @Override
  public Set<String> types() {
    return Set.of("zephyr.nectar");
  }

  @Override
  public List<FormatOption> options() {
    return Lists.concat(
        List.of(
            FormatOption.field("field_prompt", "prompt", "What is answered."),
            FormatOption.field("field_answers", "answers", "A list of `{answer, rank}`.")),
        ChatOptions.message(Keys.OPENAI),
        ChatOptions.besides());
  }

  @Override
  public Document read(JsonNode json, Map<String, String> options) throws RefusedRecord {
    Row row = Row.of("zephyr.nectar", json, options);
    List<Message> prompt = List.of(Message.of("user", row.requiredText("field_prompt")));
    ConversationReader reader = new ConversationReader(row);
    Conversation asked = reader.conversation(reader.withSystem("prompt", prompt));
    List<Ranked> ranked = ranked(row);
    return Answers.pair(
        Answers.chat(asked, List.of(Message.of("assistant", ranked.get(0).answer()))),
        Answers.chat(asked, List.of(Message.of("assistant", ranked.get(1).answer()))),
        OptionalDouble.empty());
  }

  private static List<Ranked> ranked(Row row) throws RefusedRecord {
    String where = row.name("field_answers");
    JsonNode answers =
        row.value("field_answers").orElseThrow(() -> row.missing(where, "field_answers"));
    if (!answers.isArray() || answers.size() < 2) {
      throw Row.wrongType("field '" + where + "'", answers, "a list of at least two answers");
    }
    List<Ranked> ranked = new ArrayList<>();
    for (JsonNode answer : answers) {
      String place = where + "[" + ranked.size() + "]";
      JsonNode rank = answer.path("rank");
      if (!rank.isNumber()) {
        throw Row.wrongType(place + ".rank", rank, "a number, 1 for the best");
      }
      String text = Row.text(place + ".answer", answer.path("answer"));
      if (text.isBlank()) {
        throw Row.emptyText(place + ".answer");
      }
      ranked.add(new Ranked(rank.doubleValue(), text));
    }
    ranked.sort(Comparator.comparingDouble(Ranked::rank));
    if (ranked.get(0).rank() == ranked.get(1).rank()) {
      throw new RefusedRecord(
          "equal_answers",
          "field '%s' has two answers of the best rank %s, so neither is better; drop the row"
              .formatted(where, ranked.get(0).rank()));
    }
    return ranked;
  }
}
