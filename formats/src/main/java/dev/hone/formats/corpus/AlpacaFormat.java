package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code type: alpaca}: {@code {"instruction": "...", "input": "...", "output": "..."}}, optionally
 * with {@code system}. It becomes a conversation of one user and one assistant turn; the user turn
 * remembers where the input begins, because the Alpaca prompt gives it a heading of its own.
 *
 * <p>{@code {"instruction": "Add.", "input": "2 2", "output": "4"}} is the user turn {@code Add.\n2
 * 2} and the assistant turn {@code 4}.
 */
@AutoService(CorpusFormat.class)
public record AlpacaFormat() implements CorpusFormat {

  @Override
  public Set<String> types() {
    return Set.of("alpaca", "alpaca.load", "alpaca_instruct", "alpaca_instruct.load");
  }

  @Override
  public Optional<String> chatTemplate() {
    return Optional.of("alpaca");
  }

  @Override
  public List<FormatOption> options() {
    return List.of(
        FormatOption.field("field_instruction", "instruction", "The task."),
        FormatOption.field("field_input", "input", "What the task is applied to; may be absent."),
        FormatOption.field("field_output", "output", "The answer."),
        FormatOption.field("field_system", "system", "A system message; may be absent."));
  }

  @Override
  public Document read(JsonNode json, Map<String, String> options) throws RefusedRecord {
    Row row = Row.of("alpaca", json, options);
    String instruction = row.requiredText("field_instruction");
    Optional<String> input = row.optionalText("field_input");
    String output = row.requiredText("field_output");

    List<Message> messages = new ArrayList<>(3);
    row.optionalText("field_system")
        .ifPresent(system -> messages.add(Message.of("system", system)));
    messages.add(
        input.isPresent()
            ? Message.instruction(instruction, input.get())
            : Message.of("user", instruction));
    messages.add(Message.of("assistant", output));
    return new Conversation(messages);
  }
}
