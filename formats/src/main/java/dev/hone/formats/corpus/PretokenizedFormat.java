package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The empty {@code type:}: {@code {"input_ids": [5, 6, 7], "labels": [-100, 6, 7]}}, used as it is.
 * An {@code attention_mask} may mark padding at either end, which is cut off.
 */
@AutoService(CorpusFormat.class)
public record PretokenizedFormat() implements CorpusFormat {

  @Override
  public Set<String> types() {
    return Set.of("");
  }

  @Override
  public List<FormatOption> options() {
    return List.of();
  }

  @Override
  public Document read(JsonNode json, Map<String, String> options) throws RefusedRecord {
    Row row = Row.of("'' (pre-tokenized)", json, options);
    int[] ids = required(row, "input_ids");
    int[] labels = required(row, "labels");
    sameLength("labels", labels, ids);
    for (int t = 0; t < ids.length; t++) {
      if (ids[t] < 0) {
        throw new RefusedRecord(
            "invalid_token_id", "input_ids[%d] is %d; token ids start at 0".formatted(t, ids[t]));
      }
      if (labels[t] != ids[t] && labels[t] != Pretokenized.IGNORE_INDEX) {
        throw new RefusedRecord(
            "label_mismatch",
            "labels[%d] is %d and input_ids[%d] is %d; a label is its own token's id or -100 (labels are not shifted)"
                .formatted(t, labels[t], t, ids[t]));
      }
    }
    Optional<JsonNode> mask = Row.present(json.get("attention_mask"));
    return mask.isEmpty()
        ? new Pretokenized(ids, labels)
        : unpadded(ids, labels, ints("attention_mask", mask.get()));
  }

  private static Pretokenized unpadded(int[] ids, int[] labels, int[] mask) throws RefusedRecord {
    sameLength("attention_mask", mask, ids);
    int start = 0;
    while (start < mask.length && mask[start] == 0) {
      start++;
    }
    int end = mask.length;
    while (end > start && mask[end - 1] == 0) {
      end--;
    }
    if (start == end) {
      throw new RefusedRecord(
          "empty_text", "attention_mask has no 1, so no token is left; drop the row");
    }
    for (int t = start; t < end; t++) {
      if (mask[t] != 1) {
        throw new RefusedRecord(
            "invalid_attention_mask",
            "attention_mask[%d] is %d; it must be 1 for tokens, and 0 only for padding at an end"
                .formatted(t, mask[t]));
      }
    }
    return new Pretokenized(
        Arrays.copyOfRange(ids, start, end), Arrays.copyOfRange(labels, start, end));
  }

  private static int[] required(Row row, String name) throws RefusedRecord {
    Optional<JsonNode> value = Row.present(row.json().get(name));
    if (value.isEmpty()) {
      throw new RefusedRecord(
          "missing_field",
          "field '%s' is missing; a pre-tokenized row needs input_ids and labels, and this one has %s; set type: to the format of the row"
              .formatted(name, Row.names(row.json())));
    }
    int[] ints = ints(name, value.get());
    if (ints.length == 0) {
      throw Row.emptyText("field '" + name + "'");
    }
    return ints;
  }

  private static int[] ints(String name, JsonNode list) throws RefusedRecord {
    if (!list.isArray()) {
      throw Row.wrongType("field '" + name + "'", list, "a list of whole numbers");
    }
    int[] ints = new int[list.size()];
    for (int t = 0; t < ints.length; t++) {
      JsonNode value = list.get(t);
      if (!value.isIntegralNumber() || !value.canConvertToInt()) {
        throw Row.wrongType(name + "[" + t + "]", value, "a whole number of 32 bits");
      }
      ints[t] = value.intValue();
    }
    return ints;
  }

  private static void sameLength(String name, int[] values, int[] ids) throws RefusedRecord {
    if (values.length != ids.length) {
      throw new RefusedRecord(
          "length_mismatch",
          "%s has %d values and input_ids %d; they must be aligned"
              .formatted(name, values.length, ids.length));
    }
  }
}
