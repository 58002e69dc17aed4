package dev.hone.formats.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hone.formats.corpus.Weighted.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Everything that one turn can carry. */
@Tag("unit")
class MessageReaderTest {

  /** Reads one turn in single quotes, without the check of its order. */
  private static Message turn(String json, Map<String, String> options) throws RefusedRecord {
    Map<String, String> all = new HashMap<>(options);
    all.put("validation", "off");
    String row = "{'messages': [" + json + "]}";
    Conversation conversation =
        (Conversation) Refusals.read("chat_template", row.replace('\'', '"'), all);
    return conversation.messages().get(0);
  }

  private static Message turn(String json) throws RefusedRecord {
    return turn(json, Map.of());
  }

  private static void refused(String reason, String json, Map<String, String> options) {
    RefusedRecord refused = assertThrows(RefusedRecord.class, () -> turn(json, options), json);
    assertEquals(reason, refused.reason(), refused.getMessage());
  }

  @Test
  void partsAreJoinedAndKeepTheirWeights() throws RefusedRecord {
    assertEquals(
        Message.of("assistant", "abcde")
            .withWeighted(
                List.of(
                    new Weighted(Field.CONTENT, 1, 3, 0),
                    new Weighted(Field.CONTENT, 3, 4, 1),
                    new Weighted(Field.CONTENT, 4, 5, 0.5f))),
        turn(
            "{'role':'assistant','content':[{'type':'text','text':'a'},{'type':'text','content':'bc','train':false},"
                + "{'value':'d','weight':1},{'type':'text','text':'','weight':1},{'type':'text','text':'e','weight':0.5}]}"));
    assertEquals(
        Message.of("assistant", "a")
            .withReasoning("xy")
            .withWeighted(List.of(new Weighted(Field.REASONING, 1, 2, 0))),
        turn(
            "{'role':'assistant','content':'a','reasoning_content':['x',{'text':'y','train':false}]}"));
    refused("unsupported_content", "{'role':'user','content':[{'type':'image_url'}]}", Map.of());
    refused("wrong_type", "{'role':'user','content':[{'text':'a','weight':-1}]}", Map.of());
  }

  @Test
  void aTurnMaySayWhetherItIsTrained() throws RefusedRecord {
    Map<String, String> options = Map.of("message_field_training", "train");
    for (String[] flag :
        new String[][] {{"true", "1"}, {"false", "0"}, {"1", "1"}, {"0.25", "0.25"}}) {
      assertEquals(
          Optional.of(Float.valueOf(flag[1])),
          turn("{'role':'user','content':'a','train':" + flag[0] + "}", options).weight());
    }
    assertEquals(
        Message.of("user", "a"), turn("{'role':'user','content':'a','train':null}", options));
    refused("wrong_type", "{'role':'user','content':'a','train':'yes'}", options);
    // Without the option it is a property like any other.
    assertEquals(
        Map.of("train", "true"), turn("{'role':'user','content':'a','train':true}").properties());
  }

  @Test
  void detailIsInclusiveAndCountsCharacters() throws RefusedRecord {
    Map<String, String> options =
        Map.of("message_field_training", "train", "message_field_training_detail", "detail");
    // Characters 2 to 3 are the emoji and b; Java counts the emoji as two.
    assertEquals(
        Message.of("assistant", "ax😀bc")
            .withWeight(1)
            .withWeighted(
                List.of(
                    new Weighted(Field.CONTENT, 0, 2, 0),
                    new Weighted(Field.CONTENT, 2, 5, 1),
                    new Weighted(Field.CONTENT, 5, 6, 0))),
        turn(
            "{'role':'assistant','content':'ax😀bc','detail':[{'begin_offset':2,'end_offset':3,'train':true}]}",
            options));
    // A range that trains wins over one that does not.
    assertEquals(
        List.of(new Weighted(Field.CONTENT, 0, 1, 0), new Weighted(Field.CONTENT, 1, 3, 1)),
        turn(
                "{'role':'user','content':'abc','train':true,'detail':[{'begin_offset':1,'end_offset':2,'train':true},{'begin_offset':0,'end_offset':2,'train':false}]}",
                options)
            .weighted());
    // The turn's own flag comes first, and an empty list trains nothing.
    assertEquals(
        Message.of("assistant", "abc").withWeight(0),
        turn(
            "{'role':'assistant','content':'abc','train':false,'detail':[{'begin_offset':0,'end_offset':2,'train':true}]}",
            options));
    assertEquals(
        Optional.of(0f),
        turn("{'role':'assistant','content':'abc','detail':[]}", options).weight());
    for (String range :
        List.of(
            "{'begin_offset':0,'end_offset':3,'train':true}",
            "{'begin_offset':2,'end_offset':1,'train':true}",
            "{'begin_offset':-1,'end_offset':1,'train':true}")) {
      refused("invalid_range", "{'role':'user','content':'abc','detail':[" + range + "]}", options);
    }
  }

  @Test
  void toolCallsAreOneSpelling() throws RefusedRecord {
    String call =
        "[{\"id\":\"7\",\"type\":\"function\",\"function\":{\"name\":\"add\",\"arguments\":{\"a\":1}}}]";
    Message expected = Message.of("assistant", "").withToolCalls(call);
    assertEquals(
        expected,
        turn(
            "{'role':'assistant','content':null,'tool_calls':[{'id':'7','function':{'arguments':'{\\'a\\': 1}','name':'add'}}]}"
                .replace("\\'", "\\\"")));
    assertEquals(
        expected,
        turn("{'role':'assistant','tool_calls':[{'name':'add','id':'7','arguments':{'a':1}}]}"));
    assertEquals(
        Message.of("tool", "3").withProperties(Map.of("name", "\"add\"", "tool_call_id", "\"7\"")),
        turn("{'role':'tool','name':'add','tool_call_id':'7','content':'3','extra':null}"));
    assertEquals(
        expected,
        turn(
            "{'role':'assistant','calls':[{'name':'add','id':'7','arguments':{'a':1}}]}",
            Map.of("message_property_mappings.tool_calls", "calls")));
    refused(
        "invalid_tool_call",
        "{'role':'assistant','tool_calls':[{'name':'f','arguments':[1]}]}",
        Map.of());
    refused(
        "corrupt_json",
        "{'role':'assistant','tool_calls':[{'name':'f','arguments':'{a'}]}",
        Map.of());
  }

  @Test
  void otherNamesAndRoles() throws RefusedRecord {
    assertEquals(
        Message.of("critic", "a").withProperties(Map.of("tone", "{\"x\":[1]}")),
        turn(
            "{'who':'judge','says':'a','mood':{'x':[1]}}",
            Map.of(
                "message_property_mappings.role", "who",
                "message_property_mappings.content", "says",
                "message_property_mappings.tone", "mood",
                "roles.critic", "[\"judge\",\"jury\"]")));
    assertEquals(
        "user", turn("{'role':'human','content':'a'}", Map.of("roles.assistant", "bot")).role());
  }

  @Test
  void thinkingIsSplitOff() throws RefusedRecord {
    Map<String, String> options = Map.of("split_thinking", "true");
    assertEquals(
        Message.of("assistant", "4").withReasoning("Easy."),
        turn("{'role':'assistant','content':'<think>\\nEasy.\\n</think>\\n\\n4'}", options));
    assertEquals(
        Message.of("assistant", "4").withReasoning("t"),
        turn(
            "{'role':'assistant','content':'<|begin_of_thought|>t<|end_of_thought|> <|begin_of_solution|> 4 <|end_of_solution|>'}",
            options));
    for (String whole :
        List.of(
            "{'role':'user','content':'<think>a</think>b'}",
            "{'role':'assistant','content':'so <think>a</think>b'}",
            "{'role':'assistant','content':'</think>a<think>'}")) {
      assertEquals(Optional.empty(), turn(whole, options).reasoning(), whole);
    }
    // Weights stay with their characters.
    assertEquals(
        Message.of("assistant", "4")
            .withReasoning("Easy.")
            .withWeighted(List.of(new Weighted(Field.REASONING, 0, 5, 0))),
        turn(
            "{'role':'assistant','content':[{'text':'<think>Easy.</think>','train':false},'4']}",
            options));
  }

  @Test
  void reasoningByAnotherName() throws RefusedRecord {
    assertEquals(
        Message.of("assistant", "4").withReasoning("Easy."),
        turn(
            "{'role':'assistant','thoughts':'Easy.','content':'4'}",
            Map.of("field_thinking", "thoughts")));
    assertEquals(
        Message.of("assistant", "4").withProperties(Map.of("thinking", "\"Easy.\"")),
        turn(
            "{'role':'assistant','reasoning_content':'Easy.','content':'4'}",
            Map.of("template_thinking_key", "thinking")));
  }

  @Test
  void aWholeFieldCanHaveAWeight() throws RefusedRecord {
    assertEquals(
        Message.of("assistant", "a").withWeighted(List.of(new Weighted(Field.CONTENT, 0, 1, 0))),
        turn("{'role':'assistant','content':[{'type':'text','text':'a','train':false}]}"));
    refused(
        "unsupported_weight",
        "{'role':'assistant','content':'a','th':[{'type':'text','text':'b','train':false}]}",
        Map.of("field_thinking", "th", "template_thinking_key", "thinking"));
  }

  @Test
  void namesOfCallsMayBeNumbers() throws RefusedRecord {
    assertEquals(
        Optional.of(
            "[{\"id\":1,\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":{}}}]"),
        turn("{'role':'assistant','content':'a','tool_calls':[{'id':1,'function':{'name':'f','arguments':{}}}]}")
            .toolCalls());
    assertEquals(
        Optional.empty(), turn("{'role':'assistant','content':'a','tool_calls':{}}").toolCalls());
  }

  @Test
  void noRowSetsWhatEveryRowGivesToATemplate() {
    String row =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"chat_template_kwargs\":{\"add_generation_prompt\":true}}";
    Refusals.assertRefused(
        "chat_template", row, "reserved_variable", "sets 'add_generation_prompt'", "remove it");
  }

  @Test
  void turnsOfAnAnswerKeepTheirOwnWeights() throws RefusedRecord {
    String row =
        """
        {"prompt": [{"role": "user", "content": "q", "t": true}],
         "completion": [
           {"role": "assistant", "content": "a", "t": false},
           {"role": "user", "content": "u"},
           {"role": "assistant", "content": [{"type": "text", "text": "n", "train": false}, {"type": "text", "text": "y"}]}]}
        """;
    Conversation chat =
        (Conversation)
            Refusals.read("prompt_completion", row, Map.of("message_field_training", "t"));
    assertEquals(
        List.of(0f, 0f, 0f, 1f),
        chat.messages().stream().map(message -> message.weight().orElseThrow()).toList());
    assertEquals(List.of(new Weighted(Field.CONTENT, 0, 1, 0)), chat.messages().get(3).weighted());
  }
}
