package dev.hone.formats.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.FormatDetector.Detected;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class FormatDetectorTest {

  /** Rows in single quotes; Q is a list of turns of OpenAI, S one of ShareGPT. */
  private static List<JsonNode> rows(String... rows) {
    List<JsonNode> parsed = new ArrayList<>();
    for (String row : rows) {
      String json =
          row.replace("Q", "[{'role':'user','content':'q'},{'role':'assistant','content':'a'}]")
              .replace("S", "[{'from':'human','value':'q'},{'from':'gpt','value':'a'}]")
              .replace('\'', '"');
      try {
        parsed.add(new ObjectMapper().readTree(json));
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(json, e);
      }
    }
    return parsed;
  }

  private static String refusal(String... rows) {
    HoneException refused =
        assertThrows(HoneException.class, () -> FormatDetector.detect(rows(rows)));
    assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
    return refused.getMessage();
  }

  @Test
  void namesTheTypeAndWhy() throws RefusedRecord {
    String[][] cases = {
      {"{'instruction':'q','input':'','output':'a'}", "type: alpaca"},
      {"{'instruction':'q','response':'a'}", "type: alpaca, field_output: response"},
      {"{'messages':Q,'id':7}", "type: chat_template"},
      {"{'prompt':'q','messages':Q}", "type: chat_template"},
      {"{'conversations':S}", "type: sharegpt"},
      {"{'messages':S}", "type: chat_template"},
      {"{'text':'a'}", "type: completion"},
      {"{'segments':[{'label':true,'text':'a'}]}", "type: input_output"},
      {"{'input_ids':[1],'labels':[1]}", "type: ''"},
      {"{'prompt':'q','completion':'a'}", "type: prompt_completion"},
      {"{'prompt':'q','completion':'a','label':true}", "type: unpaired_preference"},
      {"{'prompt':'q','completion':'a','label':'false'}", "type: unpaired_preference"},
      {"{'prompt':'q','chosen':'a','rejected':'b'}", "type: preference"},
      {
        "{'messages':[{'role':'user','content':'q'}],'chosen':'a','rejected':'b'}",
        "type: chat_template.default"
      },
      {"{'instruction':'q','chosen':'a','rejected':'b'}", "type: chatml.argilla"},
      {
        "{'conversations':[{'from':'human','value':'q'}],'chosen':{'from':'gpt','value':'a'},'rejected':{'from':'gpt','value':'b'}}",
        "type: llama_factory, columns.chosen: chosen, columns.messages: conversations, columns.rejected: rejected, formatting: sharegpt, ranking: true"
      },
      {
        "{'messages':Q,'label':false}",
        "type: llama_factory, columns.kto_tag: label, columns.messages: messages, formatting: openai"
      },
      {
        "{'prompt':'q','answers':[{'answer':'a','rank':1},{'answer':'b','rank':2}]}",
        "type: zephyr.nectar"
      },
    };
    for (String[] one : cases) {
      Detected detected = FormatDetector.detect(rows(one[0], one[0]));
      assertEquals(one[1], detected.asWritten(), one[0]);
      assertFalse(detected.why().isEmpty());
      CorpusReader.of(detected.type(), detected.options()).read(rows(one[0]).get(0));
    }
  }

  @Test
  void refusesWhatFitsMoreThanOne() {
    String two = refusal("{'instruction':'q','output':'a','text':'t'}");
    assertTrue(two.contains("fit more than one: type: alpaca (it has instruction"), two);
    assertTrue(two.contains("type: completion"), two);
    assertTrue(refusal("{'question':'q','answer':'a'}").contains("alpaca_chat.load_qa"));
    assertTrue(refusal("{'messages':Q}", "{'text':'a'}").contains("rows differ"));
  }

  @Test
  void aRowThatCannotBeReadDoesNotCount() {
    assertEquals(
        "input_output",
        FormatDetector.detect(rows("{'segments':[{'label':true,'text':'a'}],'text':''}")).type());
    assertEquals("completion", FormatDetector.detect(rows("{'text':'a'}", "{'note':1}")).type());
  }

  @Test
  void refusesWhatShowsNothing() {
    assertTrue(refusal("{'body':'a','id':1}").contains("one has body, id"));
    assertTrue(refusal("{}", "[1]").contains("no fields"));
    assertTrue(refusal().contains("set type:"));
  }
}
