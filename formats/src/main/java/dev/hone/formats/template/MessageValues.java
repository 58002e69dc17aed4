package dev.hone.formats.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.Weighted;
import dev.hone.formats.template.jinja.Pieces;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Messages as a template sees them. A text with weights of its own is handed over in pieces, so
 * that the template's output tells which piece a character belongs to.
 */
final class MessageValues {
  private static final String CONTENT = "content";
  private static final String REASONING = "reasoning_content";
  private static final Pattern PIECE =
      Pattern.compile("(content|reasoning_content|thinking)\\[(\\d+)]");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);

  private MessageValues() {}

  static List<Map<String, Object>> of(List<Message> messages) {
    List<Map<String, Object>> values = new ArrayList<>(messages.size());
    for (Message message : messages) {
      Map<String, Object> value = new LinkedHashMap<>();
      value.put("role", message.role());
      value.put(CONTENT, text(message, Weighted.Field.CONTENT, message.content()));
      message
          .reasoning()
          .ifPresent(text -> value.put(REASONING, text(message, Weighted.Field.REASONING, text)));
      message.toolCalls().ifPresent(calls -> value.put("tool_calls", json(calls)));
      message.properties().forEach((name, property) -> value.put(name, json(property)));
      message
          .input()
          .ifPresent(
              input -> {
                value.put("instruction", message.instruction());
                value.put("input", input);
              });
      values.add(value);
    }
    return values;
  }

  private static Object text(Message message, Weighted.Field field, String text) {
    if (message.weighted().stream().noneMatch(range -> range.field() == field)) {
      return text;
    }
    List<Integer> cuts = cuts(message, field, text.length());
    List<String> pieces = new ArrayList<>();
    for (int i = 1; i < cuts.size(); i++) {
      pieces.add(text.substring(cuts.get(i - 1), cuts.get(i)));
    }
    return new Pieces(pieces);
  }

  /** Where the pieces of a text begin and end: 0, every edge of a weighted range, the length. */
  private static List<Integer> cuts(Message message, Weighted.Field field, int length) {
    List<Integer> cuts = new ArrayList<>(List.of(0));
    for (Weighted range : message.weighted()) {
      if (range.field() == field) {
        for (int cut : new int[] {range.start(), range.end()}) {
          if (cut > cuts.get(cuts.size() - 1) && cut < length) {
            cuts.add(cut);
          }
        }
      }
    }
    cuts.add(length);
    return cuts;
  }

  /**
   * The weight of a piece of a message.
   *
   * @param path where the template found it, such as {@code content[1]}
   * @return NaN if it has none of its own
   */
  static float weight(Message message, String path) {
    Matcher piece = PIECE.matcher(path);
    if (message.weighted().isEmpty() || !piece.matches()) {
      return Float.NaN;
    }
    Weighted.Field field =
        piece.group(1).equals(CONTENT) ? Weighted.Field.CONTENT : Weighted.Field.REASONING;
    String text =
        field == Weighted.Field.CONTENT ? message.content() : message.reasoning().orElse("");
    int start = cuts(message, field, text.length()).get(Integer.parseInt(piece.group(2)));
    for (Weighted range : message.weighted()) {
      if (range.field() == field && range.start() <= start && start < range.end()) {
        return range.weight();
      }
    }
    return Float.NaN;
  }

  /** A JSON value as maps, lists, strings, numbers, booleans and null. */
  static Object json(String text) {
    try {
      return JSON.readValue(text, Object.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a document holds JSON that is none: " + text, e);
    }
  }

  static Map<String, Object> object(String text) {
    try {
      return JSON.readValue(text, new TypeReference<Map<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a document holds a JSON object that is none: " + text, e);
    }
  }
}
