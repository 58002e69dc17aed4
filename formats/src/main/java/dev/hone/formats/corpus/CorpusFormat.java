package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A {@code type:} of a {@code datasets:} entry: how one row becomes a {@link Document}. To add one,
 * write one class here, annotated {@code @AutoService(CorpusFormat.class)}; {@link CorpusFormats}
 * finds it. Formats that differ in a few values are one {@link FormatFamily}.
 */
public interface CorpusFormat extends Serializable {

  /** The values of {@code type:} it answers to; {@code ""} is the empty type. */
  Set<String> types();

  /** The keys of a {@code datasets:} entry that it honours. */
  List<FormatOption> options();

  /**
   * The name of the chat template that the type stands for; empty if its conversations are rendered
   * by whatever the configuration says.
   */
  default Optional<String> chatTemplate() {
    return Optional.empty();
  }

  /**
   * Reads one row.
   *
   * @param row the row as a JSON object
   * @param options a value for each key of {@link #options()}, see {@link CorpusFormats#complete}
   * @throws RefusedRecord if the row is not of this format; the message names field, value and cure
   */
  Document read(JsonNode row, Map<String, String> options) throws RefusedRecord;
}
