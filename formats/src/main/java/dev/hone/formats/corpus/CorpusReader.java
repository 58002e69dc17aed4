package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.HoneException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The rows of one dataset to documents: read by its format, then checked as {@code validation:}
 * says.
 *
 * @param options a value for each of the format's options
 */
public record CorpusReader(CorpusFormat format, Map<String, String> options)
    implements Serializable {

  public CorpusReader {
    options = Map.copyOf(options);
  }

  /**
   * A row that was understood.
   *
   * @param repairs reason codes of what {@code validation: repair} changed, in order; the same one
   *     may be there more than once
   */
  public record Accepted(Document document, List<String> repairs) {
    public Accepted {
      repairs = List.copyOf(repairs);
    }
  }

  /**
   * A reader by the values that were written.
   *
   * @throws HoneException if the type is unknown or a key is none of its options
   */
  public static CorpusReader of(String type, Map<String, String> written) {
    CorpusFormat format =
        CorpusFormats.named(type)
            .orElseThrow(
                () ->
                    new HoneException(
                        "type '%s' is unknown; use one of %s"
                            .formatted(type, CorpusFormats.names())));
    return new CorpusReader(format, CorpusFormats.complete(format, written));
  }

  /**
   * Reads one row.
   *
   * @throws RefusedRecord if it is not of this format, or its turns cannot follow each other
   */
  public Accepted read(JsonNode row) throws RefusedRecord {
    List<String> repairs = new ArrayList<>();
    Document document = format.read(row, options);
    return new Accepted(checked(document, repairs), repairs);
  }

  private Document checked(Document document, List<String> repairs) throws RefusedRecord {
    if (document instanceof Conversation conversation) {
      return conversation.withMessages(checked(conversation.messages(), repairs));
    }
    if (document instanceof Preference pair) {
      return new Preference(
          checked(pair.chosen(), repairs), checked(pair.rejected(), repairs), pair.margin());
    }
    if (document instanceof Unpaired answer) {
      return new Unpaired(checked(answer.completion(), repairs), answer.label());
    }
    return document;
  }

  private List<Message> checked(List<Message> messages, List<String> repairs) throws RefusedRecord {
    switch (options.getOrDefault(StructureCheck.OPTION.key(), "off")) {
      case "strict" -> StructureCheck.requireStructure(messages);
      case "repair" -> {
        return new StructureRepair(repairs).repair(messages);
      }
      default -> {}
    }
    return messages;
  }
}
