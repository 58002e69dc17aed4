package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;

/**
 * A {@code type:} of a {@code datasets:} entry: how one row becomes a {@link Document}. To add one,
 * write one class here, annotated {@code @AutoService(CorpusFormat.class)}; {@code CorpusFormats}
 * finds it.
 */
public interface CorpusFormat extends Serializable {

  /**
   * The values of {@code type:} it answers to, the first being its name; {@code ""} is the empty
   * type.
   */
  Set<String> types();

  /**
   * The keys of a {@code datasets:} entry that it honours, with their default values: {@code
   * field_messages -> messages}.
   */
  Map<String, String> fields();

  /**
   * Reads one row.
   *
   * @param row the row as a JSON object
   * @param fields for each key of {@link #fields()} the name of the row's field
   * @throws RefusedRecord if the row is not of this format; the message names field, value and cure
   */
  Document read(JsonNode row, Map<String, String> fields) throws RefusedRecord;
}
