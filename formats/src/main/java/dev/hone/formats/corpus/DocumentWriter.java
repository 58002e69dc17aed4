package dev.hone.formats.corpus;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes the one spelling of a document; {@link DocumentParser} reads it. */
record DocumentWriter(JsonGenerator json) {

  void write(Document document) throws IOException {
    json.writeStartObject();
    if (document instanceof Conversation conversation) {
      conversation(conversation);
    } else if (document instanceof Completion completion) {
      completion(completion);
    } else if (document instanceof Pretokenized tokens) {
      ints("input_ids", tokens.inputIds());
      ints("labels", tokens.labels());
    } else if (document instanceof Preference preference) {
      json.writeFieldName("chosen");
      write(preference.chosen());
      json.writeFieldName("rejected");
      write(preference.rejected());
      if (preference.margin().isPresent()) {
        json.writeNumberField("margin", preference.margin().getAsDouble());
      }
    } else if (document instanceof Unpaired unpaired) {
      json.writeFieldName("completion");
      write(unpaired.completion());
      json.writeBooleanField("label", unpaired.label());
    }
    json.writeEndObject();
  }

  private void conversation(Conversation conversation) throws IOException {
    json.writeArrayFieldStart("messages");
    for (Message message : conversation.messages()) {
      message(message);
    }
    json.writeEndArray();
    text("tools", conversation.tools());
    text("chat_template_kwargs", conversation.templateKwargs());
  }

  private void message(Message message) throws IOException {
    json.writeStartObject();
    json.writeStringField("role", message.role());
    json.writeStringField("content", message.content());
    text("reasoning", message.reasoning());
    text("tool_calls", message.toolCalls());
    if (!message.properties().isEmpty()) {
      json.writeObjectFieldStart("properties");
      for (Map.Entry<String, String> property : message.properties().entrySet()) {
        json.writeStringField(property.getKey(), property.getValue());
      }
      json.writeEndObject();
    }
    weight(message.weight());
    if (!message.weighted().isEmpty()) {
      json.writeArrayFieldStart("weighted");
      for (Weighted range : message.weighted()) {
        json.writeStartObject();
        json.writeStringField("field", range.field().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("start", range.start());
        json.writeNumberField("end", range.end());
        weight(Optional.of(range.weight()));
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    if (message.inputStart().isPresent()) {
      json.writeNumberField("input_start", message.inputStart().getAsInt());
    }
    json.writeEndObject();
  }

  private void completion(Completion completion) throws IOException {
    List<Segment> segments = completion.segments();
    boolean prompted = segments.size() == 2 && segments.get(0).weight().isEmpty();
    if (completion.closed()
        && (segments.size() == 1 || prompted)
        && segments.get(segments.size() - 1).weight().equals(Optional.of(1f))) {
      if (prompted) {
        json.writeStringField("prompt", segments.get(0).text());
      }
      json.writeStringField("text", segments.get(segments.size() - 1).text());
      return;
    }
    json.writeArrayFieldStart("segments");
    for (Segment segment : segments) {
      json.writeStartObject();
      json.writeStringField("text", segment.text());
      weight(segment.weight());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanField("closed", completion.closed());
  }

  private void text(String name, Optional<String> value) throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get());
    }
  }

  private void weight(Optional<Float> weight) throws IOException {
    if (weight.isPresent()) {
      float value = weight.get();
      if (value == (int) value) {
        json.writeNumberField("weight", (int) value);
      } else {
        json.writeNumberField("weight", value);
      }
    }
  }

  private void ints(String name, int[] values) throws IOException {
    json.writeFieldName(name);
    json.writeArray(values, 0, values.length);
  }
}
