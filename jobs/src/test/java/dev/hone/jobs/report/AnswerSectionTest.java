package dev.hone.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.GenerationRow;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AnswerSectionTest {

  @Test
  void ofManyStepsSomeAreShown() {
    assertEquals(List.of(), AnswerSection.shown(List.of()));
    assertEquals(List.of(0L, 3L), AnswerSection.shown(List.of(0L, 3L)));
    assertEquals(
        List.of(0L, 20L, 40L, 60L, 80L, 100L, 120L, 140L),
        AnswerSection.shown(LongStream.rangeClosed(0, 14).map(i -> 10 * i).boxed().toList()));
    List<Long> nine = LongStream.rangeClosed(1, 9).boxed().toList();
    List<Long> shown = AnswerSection.shown(nine);
    assertEquals(8, shown.stream().distinct().count());
    assertEquals(1, shown.get(0));
    assertEquals(9, shown.get(7));
  }

  @Test
  void aPromptIsShownOnceAndItsAnswersInTheirOrder() {
    String html =
        AnswerSection.html(
            List.of(said(20, "c", ""), said(0, "a", ""), said(10, "b", ""), said(10, "B", "")));
    assertEquals(
        List.of("prompt 1", "step 0", "step 10", "step 20", "expected"),
        Pattern.compile("class=\"who\">([a-z]+( \\d+)?)")
            .matcher(html)
            .results()
            .map(found -> found.group(1))
            .toList());
    assertEquals(List.of("asked", "a", "B", "c", "wanted"), texts(html));
  }

  @Test
  void aLongPromptIsShownToItsEnd() {
    String prompt = texts(AnswerSection.html(List.of(said(0, "a", "x".repeat(9000))))).get(0);
    assertEquals(1495, prompt.length());
    assertTrue(prompt.startsWith("askedxx") && prompt.endsWith("xx!"), prompt);
  }

  private static List<String> texts(String html) {
    return Pattern.compile("<pre>(.*?)</pre>")
        .matcher(html)
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }

  private static GenerationRow said(long step, String answer, String more) {
    return new GenerationRow(
        "run",
        step,
        "set",
        1,
        more.isEmpty() ? "asked" : "asked" + more + "!",
        answer,
        "wanted",
        false,
        Stories.START);
  }
}
