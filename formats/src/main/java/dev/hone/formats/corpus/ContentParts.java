package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.corpus.Weighted.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The text of a turn: a string, or a list of parts that are joined as they stand. A part is a
 * string or {@code {"type": "text", "text": "..."}}, where {@code content} and {@code value} mean
 * {@code text} too; its {@code train} (a flag) or {@code weight} (a number) holds for this part
 * alone.
 *
 * @param text the parts joined
 * @param weighted the parts that say so, by place
 */
record ContentParts(String text, List<Weighted> weighted) {

  private static final List<String> TEXTS = List.of("text", "content", "value");

  static ContentParts read(String where, JsonNode content, Field field) throws RefusedRecord {
    if (!content.isArray()) {
      return new ContentParts(Row.text(where, content), List.of());
    }
    StringBuilder text = new StringBuilder();
    List<Weighted> weighted = new ArrayList<>();
    for (int i = 0; i < content.size(); i++) {
      String place = where + "[" + i + "]";
      JsonNode part = content.get(i);
      int start = text.length();
      text.append(text(place, part));
      Optional<Float> weight = weight(place, part);
      if (weight.isPresent() && text.length() > start) {
        weighted.add(new Weighted(field, start, text.length(), weight.get()));
      }
    }
    return new ContentParts(text.toString(), weighted);
  }

  private static String text(String where, JsonNode part) throws RefusedRecord {
    if (part.isTextual()) {
      return Row.text(where, part);
    }
    if (part.isObject() && part.path("type").asText("text").equals("text")) {
      for (String name : TEXTS) {
        if (Row.present(part.get(name)).isPresent()) {
          return Row.text(where + "." + name, part.get(name));
        }
      }
    }
    throw new RefusedRecord(
        "unsupported_content",
        "%s is %s; only text is read, {type: text, text: ...} or a string; drop the part or the row"
            .formatted(where, Row.shown(part)));
  }

  private static Optional<Float> weight(String where, JsonNode part) throws RefusedRecord {
    for (String name : List.of("train", "weight")) {
      Optional<JsonNode> value = Row.present(part.get(name));
      if (value.isPresent()) {
        return Optional.of(TrainingFlags.weight(where + "." + name, value.get()));
      }
    }
    return Optional.empty();
  }
}
