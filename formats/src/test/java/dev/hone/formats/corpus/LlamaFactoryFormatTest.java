package dev.hone.formats.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class LlamaFactoryFormatTest {

  /** Reads a row in single quotes; options as "key=value". */
  private static Document read(String row, String... options) throws RefusedRecord {
    Map<String, String> map = new HashMap<>();
    for (String option : options) {
      map.put(option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
    }
    return Refusals.read("llama_factory", row.replace('\'', '"'), map);
  }

  private static void refused(String reason, String row, String... options) {
    RefusedRecord refused = assertThrows(RefusedRecord.class, () -> read(row, options), row);
    assertEquals(reason, refused.reason(), refused.getMessage());
  }

  private static Conversation chat(String... turns) {
    return new Conversation(
        List.of(turns).stream()
            .map(turn -> Message.of(turn.split(" ", 2)[0], turn.split(" ", 2)[1]))
            .toList());
  }

  @Test
  void alpacaWithHistory() throws RefusedRecord {
    assertEquals(
        chat("user Add.\n2 2", "assistant 4"),
        read("{'instruction':'Add.','input':'2 2','output':'4'}"));
    assertEquals(
        chat("system S", "user Hi", "assistant Hello.", "user Add.", "assistant 4"),
        read(
            "{'q':'Add.','a':'4','history':[['Hi','Hello.']],'s':'S'}",
            "columns.prompt=q",
            "columns.response=a",
            "columns.history=history",
            "columns.system=s"));
    assertEquals(Completion.of("All."), read("{'text':'All.'}", "columns.prompt=text"));
    refused("missing_field", "{'instruction':'Add.'}");
    refused(
        "wrong_type",
        "{'instruction':'a','output':'b','history':[['x']]}",
        "columns.prompt=instruction",
        "columns.response=output",
        "columns.history=history");
  }

  @Test
  void alpacaPairsAndLabels() throws RefusedRecord {
    Message user = Message.of("user", "q").withWeight(0);
    Message good = Message.of("assistant", "4").withWeight(1);
    Message bad = Message.of("assistant", "5").withWeight(1);
    assertEquals(
        new Preference(
            new Conversation(List.of(user, good)),
            new Conversation(List.of(user, bad)),
            OptionalDouble.empty()),
        read(
            "{'instruction':'q','chosen':'4','rejected':'5'}",
            "ranking=true",
            "columns.prompt=instruction",
            "columns.chosen=chosen",
            "columns.rejected=rejected"));
    assertEquals(
        new Unpaired(new Conversation(List.of(user, bad)), false),
        read(
            "{'instruction':'q','output':'5','kto_tag':false}",
            "columns.prompt=instruction",
            "columns.response=output",
            "columns.kto_tag=kto_tag"));
  }

  @Test
  void shareGptCallsAreToolCalls() throws RefusedRecord {
    Conversation read =
        (Conversation)
            read(
                "{'conversations':[{'from':'human','value':'q'},{'from':'function_call','value':'{\\'name\\': \\'f\\', \\'arguments\\': {\\'a\\': 1}}'},{'from':'observation','value':'r'},{'from':'gpt','value':'b'}],'tools':'[{\\'name\\': \\'f\\'}]'}"
                    .replace("\\'", "\\\""),
                "formatting=sharegpt",
                "columns.messages=conversations",
                "columns.tools=tools");
    assertEquals(
        new Conversation(
            List.of(
                Message.of("user", "q"),
                Message.of("assistant", "")
                    .withToolCalls(
                        "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}]"),
                Message.of("tool", "r"),
                Message.of("assistant", "b")),
            Optional.of("[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]"),
            Optional.empty()),
        read);
    refused(
        "corrupt_json",
        "{'conversations':[{'from':'human','value':'q'},{'from':'function_call','value':'f()'}]}",
        "formatting=sharegpt");
  }

  @Test
  void shareGptPairs() throws RefusedRecord {
    Message user = Message.of("user", "q").withWeight(0);
    assertEquals(
        new Preference(
            new Conversation(List.of(user, Message.of("assistant", "4").withWeight(1))),
            new Conversation(List.of(user, Message.of("assistant", "5").withWeight(1))),
            OptionalDouble.empty()),
        read(
            "{'conversations':[{'from':'human','value':'q'}],'chosen':{'from':'gpt','value':'4'},'rejected':{'from':'gpt','value':'5'}}",
            "formatting=sharegpt",
            "ranking=true",
            "columns.messages=conversations",
            "columns.chosen=chosen",
            "columns.rejected=rejected"));
  }

  @Test
  void noSystemMessageIsMadeUp() throws RefusedRecord {
    // There it appends "detailed thinking off" to the system message of rows without tools.
    assertEquals(
        chat("system S", "user q", "assistant a"),
        read(
            "{'messages':[{'role':'system','content':'S'},{'role':'user','content':'q'},{'role':'assistant','content':'a'}]}",
            "formatting=openai"));
  }

  @Test
  void tagsNameRoles() throws RefusedRecord {
    assertEquals(
        chat("user q", "assistant a"),
        read(
            "{'messages':[{'role':'me','content':'q'},{'role':'you','content':'a'}]}",
            "formatting=sharegpt",
            "columns.messages=messages",
            "tags.role_tag=role",
            "tags.content_tag=content",
            "tags.user_tag=me",
            "tags.assistant_tag=you"));
  }

  @Test
  void mediaAreNotLost() {
    refused(
        "unsupported_content",
        "{'instruction':'q','output':'a','images':['x.png']}",
        "columns.prompt=instruction",
        "columns.response=output",
        "columns.images=images");
  }
}
