package dev.hone.jobs.nightly;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.tables.ModelRow;
import dev.hone.jobs.nightly.gate.Verdict;
import java.util.List;

/**
 * What became of a version.
 *
 * @param row as {@code models} has it
 * @param verdicts of each condition; none of a version that failed
 */
public record Decision(ModelRow row, List<Verdict> verdicts) {
  private static final JsonMapper JSON = new JsonMapper();

  public Decision {
    verdicts = List.copyOf(verdicts);
  }

  /** Whether the version is in use now. */
  public boolean promoted() {
    return row.state().equals(Models.PROMOTED);
  }

  /** In one line. */
  public String line() {
    return "model %s version %d: %s, %s"
        .formatted(
            row.model(), row.version(), row.state().replace('_', ' '), row.reason().orElse(""));
  }

  /** For the column {@code gates}. */
  static String gates(List<Verdict> verdicts) {
    ArrayNode gates = JsonNodeFactory.instance.arrayNode();
    for (Verdict verdict : verdicts) {
      ObjectNode gate = gates.addObject().put("condition", verdict.gate().text());
      gate.put("candidate", number(verdict.candidate()));
      gate.put("current", number(verdict.current()));
      gate.put("bound", number(verdict.bound()));
      gate.put("holds", verdict.holds());
      verdict
          .difference()
          .ifPresent(
              found ->
                  gate.put("difference_low", found.low())
                      .put("difference_high", found.high())
                      .put("items", found.items()));
    }
    return gates.toString();
  }

  /** JSON has no NaN. */
  private static Double number(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** For a webhook: the line as {@code text}, which chats show, and the row by columns. */
  String json() {
    ObjectNode root =
        JsonNodeFactory.instance
            .objectNode()
            .put("text", line())
            .put("model", row.model())
            .put("version", row.version())
            .put("state", row.state())
            .put("reason", row.reason().orElse(null))
            .put("run_id", row.runId())
            .put("path", row.path())
            .put("new_records", row.newRecords());
    root.set("gates", parse(row.gates().orElse("[]")));
    return root.toString();
  }

  private static JsonNode parse(String gates) {
    try {
      return JSON.readTree(gates);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("models.gates is no JSON: " + gates, e);
    }
  }
}
