package dev.hone.formats.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PreferenceFormatsTest {
  private static final Message USER = Message.of("user", "q").withWeight(0);
  private static final Message GOOD = Message.of("assistant", "4").withWeight(1);
  private static final Message BAD = Message.of("assistant", "5").withWeight(1);
  private static final Preference PAIR = pair(List.of(USER, GOOD), List.of(USER, BAD));
  private static final Unpaired LABELLED =
      new Unpaired(new Conversation(List.of(USER, GOOD)), true);

  private static Preference pair(List<Message> chosen, List<Message> rejected) {
    return new Preference(
        new Conversation(chosen), new Conversation(rejected), OptionalDouble.empty());
  }

  /** Reads a row in single quotes; q, 4 and 5 as turns are written Q, A and B. */
  private static Document read(String type, String row, Map<String, String> options)
      throws RefusedRecord {
    return Refusals.read(
        type,
        row.replace("Q", "{'role':'user','content':'q'}")
            .replace("A", "{'role':'assistant','content':'4'}")
            .replace("B", "{'role':'assistant','content':'5'}")
            .replace('\'', '"'),
        options);
  }

  private static Document read(String type, String row) throws RefusedRecord {
    return read(type, row, Map.of());
  }

  private static void refused(String reason, String type, String row) {
    RefusedRecord refused = assertThrows(RefusedRecord.class, () -> read(type, row), row);
    assertEquals(reason, refused.reason(), refused.getMessage());
  }

  @Test
  void everyTypeReadsItsRow() throws RefusedRecord {
    String[][] rows = {
      {"argilla", "{'instruction':'q','chosen_response':'4','rejected_response':'5'}"},
      {"argilla", "{'question':'q','chosen':'4','rejected':'5'}"},
      {"argilla_chat", "{'chosen':[Q,A],'rejected':[Q,B]}"},
      {"icr", "{'input':'q','chosen':'4','rejected':'5'}"},
      {"intel", "{'question':'q','chosen':'4','rejected':'5'}"},
      {"prompt_pairs", "{'prompt':'q','chosen':'4','rejected':'5'}"},
      {"ultra", "{'prompt':'q','chosen':[Q,A],'rejected':[Q,B]}"},
    };
    for (String[] row : rows) {
      for (String template : List.of("chatml", "llama3")) {
        String type = template + "." + row[0];
        assertEquals(PAIR, read(type, row[1]), type);
        assertEquals(Optional.of(template), CorpusFormats.named(type).orElseThrow().chatTemplate());
      }
    }
    assertEquals(PAIR, read("chat_template.argilla_chat", "{'chosen':[Q,A],'rejected':[Q,B]}"));
    for (String answers :
        List.of(
            "'chosen':'4','rejected':'5'",
            "'chosen':A,'rejected':B",
            "'chosen':[A],'rejected':[B]",
            "'chosen':[Q,A],'rejected':[Q,B]")) {
      assertEquals(PAIR, read("chat_template.default", "{'messages':[Q]," + answers + "}"));
      assertEquals(PAIR, read("chat_template.default", "{'messages':'q'," + answers + "}"));
    }
    assertEquals(
        PAIR, read("bradley_terry.chat_template", "{'input':'q','chosen':'4','rejected':'5'}"));
  }

  @Test
  void labelsMakeUnpairedAnswers() throws RefusedRecord {
    String[][] rows = {
      {"chatml.argilla", "{'instruction':'q','completion':'4','label':true}"},
      {"chatml.argilla_chat", "{'completion':[Q,A],'label':true}"},
      {"chatml.intel", "{'question':'q','completion':'4','label':'true'}"},
      {"llama3.prompt_pairs", "{'prompt':'q','completion':'4','label':1}"},
      {"chatml.ultra", "{'prompt':'q','completion':'4','label':true}"},
      {"unpaired_preference", "{'prompt':[Q],'completion':[A],'label':true}"},
    };
    for (String[] row : rows) {
      assertEquals(LABELLED, read(row[0], row[1]), row[0]);
    }
    assertEquals(
        new Unpaired(Answers.text("q", "4"), false),
        read("unpaired_preference", "{'prompt':'q','completion':'4','label':false}"));
    refused("wrong_type", "chatml.ultra", "{'prompt':'q','completion':'4','label':2}");
    refused("missing_field", "chatml.ultra", "{'prompt':'q','completion':'4'}");
  }

  @Test
  void textsStayTextsAndAnImplicitPromptIsFound() throws RefusedRecord {
    Preference expected =
        new Preference(Answers.text("q:", " 4"), Answers.text("q:", " 5"), OptionalDouble.of(0.5));
    assertEquals(
        expected, read("preference", "{'prompt':'q:','chosen':' 4','rejected':' 5','margin':0.5}"));
    // The space before the difference goes with the answers.
    assertEquals(expected, read("preference", "{'chosen':'q: 4','rejected':'q: 5','margin':0.5}"));
    assertEquals(PAIR, read("preference", "{'chosen':[Q,A],'rejected':[Q,B]}"));
    assertEquals(PAIR, read("preference", "{'prompt':[Q],'chosen':[A],'rejected':[B]}"));
    assertEquals(PAIR, read("preference", "{'prompt':[Q],'chosen':'4','rejected':'5'}"));
    assertEquals(
        PAIR,
        read(
            "preference",
            "{'chosen':[{'from':'human','value':'q'},A],'rejected':[{'from':'human','value':'q'},B]}"
                .replace("A", "{'from':'gpt','value':'4'}")
                .replace("B", "{'from':'gpt','value':'5'}")));
  }

  @Test
  void wholeHistoriesAreKept() throws RefusedRecord {
    Message again = Message.of("user", "r").withWeight(0);
    Message first = Message.of("assistant", "4").withWeight(0);
    // Axolotl's KTO argilla_chat sees the first two turns only.
    assertEquals(
        new Unpaired(new Conversation(List.of(USER, first, again, BAD)), false),
        read(
            "chatml.argilla_chat",
            "{'completion':[Q,A,{'role':'user','content':'r'},B],'label':false}"));
    // Axolotl's ORPO argilla repeats the text prompt as every user turn, and gives rejected the
    // history of chosen.
    assertEquals(
        pair(List.of(USER, GOOD, again, GOOD), List.of(USER, BAD, again, BAD)),
        read(
            "chat_template.argilla",
            "{'prompt':'q','chosen':[Q,A,{'role':'user','content':'r'},A],'rejected':[Q,B,{'role':'user','content':'r'},B]}"));
    assertEquals(
        pair(
            List.of(Message.of("system", "s").withWeight(0), USER, GOOD),
            List.of(Message.of("system", "s").withWeight(0), USER, BAD)),
        read("chatml.icr", "{'system':'s','input':'q','chosen':'4','rejected':'5'}"));
  }

  @Test
  void theBestAnswerOfNectarIsChosen() throws RefusedRecord {
    // Axolotl chooses the last by rank, the worst.
    assertEquals(
        PAIR,
        read(
            "zephyr.nectar",
            "{'prompt':'q','answers':[{'answer':'6','rank':7},{'answer':'5','rank':2},{'answer':'4','rank':1}]}"));
    refused("wrong_type", "zephyr.nectar", "{'prompt':'q','answers':[{'answer':'6','rank':7}]}");
    refused(
        "equal_answers",
        "zephyr.nectar",
        "{'prompt':'q','answers':[{'answer':'6','rank':1},{'answer':'5','rank':1}]}");
  }

  @Test
  void usersWriteTheirOwn() throws RefusedRecord {
    Map<String, String> options =
        Map.of("prompt_format", "{system}\nQ: {prompt}\nA: ", "field_chosen", "good");
    assertEquals(
        new Preference(
            Answers.text("s\nQ: q\nA: ", "4"),
            Answers.text("s\nQ: q\nA: ", "5"),
            OptionalDouble.empty()),
        Refusals.read(
            "user_defined.default",
            "{\"system\":\"s\",\"prompt\":\"q\",\"good\":\"4\",\"rejected\":\"5\"}",
            options));
    assertEquals(
        new Unpaired(Answers.text("q", "4!"), true),
        Refusals.read(
            "user_defined.default",
            "{\"prompt\":\"q\",\"completion\":\"4\",\"label\":true}",
            Map.of("completion_format", "{completion}!")));
  }

  @Test
  void refusesWhatCannotBeCompared() {
    refused("equal_answers", "preference", "{'prompt':'q','chosen':'4','rejected':'4'}");
    refused("no_answer", "preference", "{'chosen':[Q,A],'rejected':[Q,A]}");
    refused("no_answer", "preference", "{'chosen':'q','rejected':'q5'}");
    refused("missing_field", "preference", "{'prompt':'q','chosen':'4'}");
    refused("empty_text", "preference", "{'prompt':'q','chosen':' ','rejected':'5'}");
    refused("no_answer", "preference", "{'prompt':[Q],'chosen':[Q],'rejected':[Q,B]}");
    refused("prompt_mismatch", "preference", "{'prompt':[A],'chosen':[Q,A],'rejected':[Q,B]}");
    refused("empty_conversation", "preference", "{'prompt':[],'chosen':[A],'rejected':[B]}");
    refused("wrong_type", "preference", "{'prompt':1,'chosen':[A],'rejected':[B]}");
    refused("wrong_type", "preference", "{'prompt':'q','chosen':'4','rejected':'5','margin':'x'}");
  }
}
