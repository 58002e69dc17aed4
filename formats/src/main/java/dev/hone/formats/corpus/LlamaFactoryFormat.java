package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * {@code type: llama_factory}: rows as an entry of LLaMA-Factory's {@code dataset_info.json}
 * describes them, with its keys {@code formatting}, {@code ranking}, {@code columns} and {@code
 * tags}.
 *
 * <pre>{@code
 * alpaca:   {"instruction": "Add.", "input": "2 2", "output": "4", "history": [["Hi", "Hello."]]}
 * sharegpt: {"conversations": [{"from": "human", "value": "2+2?"}], "chosen": {"from": "gpt", "value": "4"},
 *            "rejected": {"from": "gpt", "value": "5"}}
 * openai:   {"messages": [{"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "4"}]}
 * }</pre>
 *
 * <p>The first, with {@code columns.history: history}, is a conversation of four turns, both
 * answers of which are trained; the second, with {@code ranking: true}, a preference. {@code
 * kto_tag} makes a labelled answer. Alpaca columns without a response are plain text. A {@code
 * function_call} turn becomes a tool call, as an OpenAI message has it.
 *
 * <p>Two things are not done as there: no system message is made up (it appends "detailed thinking
 * off" to those of OpenAI rows without tools), and a row that does not fit is refused with a
 * reason, not skipped.
 */
@AutoService(CorpusFormat.class)
public record LlamaFactoryFormat() implements CorpusFormat {

  @Override
  public Set<String> types() {
    return Set.of("llama_factory");
  }

  @Override
  public List<FormatOption> options() {
    return List.of(
        FormatOption.choice(
            "formatting",
            List.of("alpaca", "sharegpt", "openai"),
            "alpaca",
            "The shape of the rows."),
        FormatOption.flag("ranking", "Whether rows have a chosen and a rejected answer."),
        FormatOption.mapping(
            "columns",
            "Names of columns: prompt, query, response, history, messages, system, tools, chosen, rejected, kto_tag."
                + " Where any is given, the others are not there."),
        FormatOption.mapping(
            "tags",
            "Names in a turn: role_tag, content_tag, user_tag, assistant_tag, observation_tag, function_tag, system_tag."),
        StructureCheck.OPTION);
  }

  @Override
  public Document read(JsonNode json, Map<String, String> options) throws RefusedRecord {
    LlamaFactoryRow row = new LlamaFactoryRow(json, options);
    row.refuseMedia();
    if (options.get("formatting").equals("alpaca")
        && row.value("response").isEmpty()
        && row.value("chosen").isEmpty()
        && !row.isNamed("response")
        && !row.isNamed("chosen")) {
      return Completion.of(row.requiredText("prompt"));
    }
    List<Message> turns =
        options.get("formatting").equals("alpaca") ? alpaca(row) : row.messages("messages");
    if (Boolean.parseBoolean(options.get("ranking"))) {
      Conversation asked = row.conversation(turns);
      return Answers.pair(
          Answers.chat(asked, List.of(row.answer("chosen"))),
          Answers.chat(asked, List.of(row.answer("rejected"))),
          OptionalDouble.empty());
    }
    if (options.get("formatting").equals("alpaca")) {
      turns.add(Message.of("assistant", row.requiredText("response")));
    }
    Optional<JsonNode> label = row.value("kto_tag");
    if (label.isEmpty()) {
      return row.conversation(turns);
    }
    int last = turns.size() - 1;
    return new Unpaired(
        Answers.chat(row.conversation(turns.subList(0, last)), turns.subList(last, last + 1)),
        row.label(label.get()));
  }

  /** History and question, without the answer. */
  private static List<Message> alpaca(LlamaFactoryRow row) throws RefusedRecord {
    List<Message> turns = new ArrayList<>();
    Optional<JsonNode> history = row.value("history");
    if (history.isPresent()) {
      if (!history.get().isArray()) {
        throw Row.wrongType(row.where("history"), history.get(), "a list of [question, answer]");
      }
      for (JsonNode pair : history.get()) {
        String place = row.where("history") + "[" + turns.size() / 2 + "]";
        if (!pair.isArray() || pair.size() != 2) {
          throw Row.wrongType(place, pair, "[question, answer]");
        }
        turns.add(Message.of("user", Row.text(place + "[0]", pair.get(0))));
        turns.add(Message.of("assistant", Row.text(place + "[1]", pair.get(1))));
      }
    }
    Optional<String> query = row.optionalText("query");
    String prompt =
        query.isPresent()
            ? row.optionalText("prompt").map(text -> text + "\n" + query.get()).orElse(query.get())
            : row.requiredText("prompt");
    turns.add(Message.of("user", prompt));
    return turns;
  }
}
