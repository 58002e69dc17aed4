package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.corpus.FormatDetector.Detected;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The types that a row may be of, by the names and kinds of its fields. The more telling fields are
 * looked at first: a pair that also has a prompt is no completion.
 */
final class RowShape {
  private RowShape() {}

  /** The types that fit; empty if none does. */
  static List<Detected> candidates(JsonNode row) {
    List<Detected> found = new ArrayList<>();
    if (isList(row, "input_ids")) {
      found.add(new Detected("", Map.of(), "input_ids is a list"));
    }
    answers(row).or(() -> turns(row)).ifPresent(found::add);
    if (found.isEmpty()) {
      pairs(row, found);
    }
    if (isList(row, "segments")) {
      found.add(new Detected("input_output", Map.of(), "segments is a list"));
    }
    if (isText(row, "text")) {
      found.add(new Detected("completion", Map.of(), "text is a text"));
    }
    return found;
  }

  /** Answers to compare. */
  private static Optional<Detected> answers(JsonNode row) {
    boolean pair = has(row, "chosen") && has(row, "rejected");
    if (pair && isList(row, "conversations")) {
      return Optional.of(llamaFactory("sharegpt", "conversations", "chosen", "rejected"));
    }
    if (pair && isList(row, "messages")) {
      return Optional.of(
          new Detected("chat_template.default", Map.of(), "it has messages, chosen and rejected"));
    }
    if (pair && isText(row, "instruction")) {
      return Optional.of(
          new Detected("chatml.argilla", Map.of(), "it has instruction, chosen and rejected"));
    }
    if (pair) {
      return Optional.of(new Detected("preference", Map.of(), "it has chosen and rejected"));
    }
    if (isText(row, "prompt") && isList(row, "answers")) {
      return Optional.of(new Detected("zephyr.nectar", Map.of(), "it has prompt and answers"));
    }
    // Of whatever kind, a label says that not every completion is a good one.
    if (has(row, "prompt") && has(row, "completion") && has(row, "label")) {
      return Optional.of(
          new Detected("unpaired_preference", Map.of(), "it has prompt, completion and a label"));
    }
    for (String label : List.of("label", "kto_tag")) {
      if (!row.path(label).isBoolean()) {
        continue;
      }
      if (isList(row, "messages")) {
        return Optional.of(llamaFactory("openai", "messages", label));
      }
      if (isList(row, "conversations")) {
        return Optional.of(llamaFactory("sharegpt", "conversations", label));
      }
    }
    return Optional.empty();
  }

  private static Detected llamaFactory(String formatting, String messages, String... answers) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("formatting", formatting);
    options.put("columns.messages", messages);
    if (answers.length == 2) {
      options.put("ranking", "true");
      options.put("columns.chosen", answers[0]);
      options.put("columns.rejected", answers[1]);
    } else {
      options.put("columns.kto_tag", answers[0]);
    }
    return new Detected(
        "llama_factory", options, "it has " + messages + " and " + String.join(", ", answers));
  }

  /** A list of turns. */
  private static Optional<Detected> turns(JsonNode row) {
    for (String list : List.of("messages", "conversations")) {
      JsonNode first = row.path(list).path(0);
      for (String role : List.of("role", "from")) {
        if (first.path(role).isTextual()) {
          boolean shareGpt = list.equals("conversations") && role.equals("from");
          return Optional.of(
              new Detected(
                  shareGpt ? "sharegpt" : "chat_template",
                  Map.of(),
                  list + " is a list of turns with " + role));
        }
      }
    }
    return Optional.empty();
  }

  /** A question and an answer. */
  private static void pairs(JsonNode row, List<Detected> found) {
    if (isText(row, "instruction") && isText(row, "output")) {
      found.add(new Detected("alpaca", Map.of(), "it has instruction and output"));
    } else if (isText(row, "instruction") && isText(row, "response")) {
      found.add(
          new Detected(
              "alpaca", Map.of("field_output", "response"), "it has instruction and response"));
    }
    if (has(row, "prompt") && has(row, "completion")) {
      found.add(new Detected("prompt_completion", Map.of(), "it has prompt and completion"));
    }
    if (isText(row, "question") && isText(row, "answer")) {
      found.add(new Detected("alpaca_chat.load_qa", Map.of(), "it has question and answer"));
      found.add(
          new Detected(
              "alpaca",
              Map.of("field_instruction", "question", "field_output", "answer"),
              "it has question and answer"));
    }
  }

  private static boolean has(JsonNode row, String name) {
    return Row.present(row.get(name)).isPresent();
  }

  private static boolean isText(JsonNode row, String name) {
    return row.path(name).isTextual();
  }

  private static boolean isList(JsonNode row, String name) {
    return row.path(name).isArray();
  }
}
