package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code type: input_output}: text in segments, each with a label that says whether it is trained.
 * They are joined as they stand; no token is added in front or at the end.
 *
 * <pre>{@code
 * {"segments": [{"label": false, "text": "<s>Q: 2+2\nA: "}, {"label": true, "text": "4</s>"}]}
 * }</pre>
 */
@AutoService(CorpusFormat.class)
public record InputOutputFormat() implements CorpusFormat {

  @Override
  public Set<String> types() {
    return Set.of("input_output");
  }

  @Override
  public List<FormatOption> options() {
    return List.of(FormatOption.field("field_segments", "segments", "A list of `{label, text}`."));
  }

  @Override
  public Document read(JsonNode json, Map<String, String> options) throws RefusedRecord {
    Row row = Row.of("input_output", json, options);
    String where = row.name("field_segments");
    JsonNode list =
        row.value("field_segments").orElseThrow(() -> row.missing(where, "field_segments"));
    if (!list.isArray()) {
      throw Row.wrongType("field '" + where + "'", list, "a list of {label, text}");
    }
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String place = where + "[" + i + "]";
      float weight = TrainingFlags.weight(place + ".label", list.get(i).path("label"));
      segments.add(Segment.of(Row.text(place + ".text", list.get(i).path("text")), weight));
    }
    if (segments.stream().allMatch(segment -> segment.text().isEmpty())) {
      throw Row.emptyText("field '" + where + "'");
    }
    return new Completion(segments, false);
  }
}
