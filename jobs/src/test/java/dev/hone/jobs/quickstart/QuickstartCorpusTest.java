package dev.hone.jobs.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class QuickstartCorpusTest {
  private static final Pattern QUOTED = Pattern.compile("'([^']+)'");
  private static final Pattern NUMBER =
      Pattern.compile("(?:step = |value [<>] )(\\d+(?:\\.\\d+)?)");

  private final QuickstartCorpus corpus = QuickstartCorpus.generate(7, QuickstartCorpus.Size.FULL);

  @Test
  void theSeedDecidesEverything() {
    assertEquals(corpus, QuickstartCorpus.generate(7, QuickstartCorpus.Size.FULL));
    assertNotEquals(
        corpus.train(), QuickstartCorpus.generate(8, QuickstartCorpus.Size.FULL).train());
  }

  @Test
  void everyPatternIsAskedEquallyOften() {
    QuickstartCorpus.Size size = QuickstartCorpus.Size.FULL;
    assertCounts(corpus.train(), true, size.train());
    assertCounts(corpus.heldOut(), true, size.heldOut());
    assertCounts(corpus.patterns(), false, size.patterns());
  }

  private static void assertCounts(List<Question> questions, boolean trained, int each) {
    var counts =
        questions.stream().collect(Collectors.groupingBy(Question::pattern, Collectors.counting()));
    assertEquals(Set.copyOf(QuestionPattern.trained(trained)), counts.keySet());
    counts.forEach((pattern, count) -> assertEquals(each, count, pattern.name()));
  }

  @Test
  void noQuestionIsAskedTwice() {
    List<Question> all =
        Stream.of(corpus.train(), corpus.heldOut(), corpus.patterns())
            .flatMap(List::stream)
            .toList();
    assertEquals(
        all.size(), all.stream().map(Question::question).collect(Collectors.toSet()).size());
  }

  @Test
  void heldOutQuestionsHoldNoTrainedNameOrNumber() {
    Set<String> trained = names(corpus.train());
    Set<String> heldOut = names(corpus.heldOut());
    heldOut.addAll(names(corpus.patterns()));
    // A run has one of three states, so there is none to hold out.
    heldOut.removeAll(Set.of("running", "finished", "failed"));
    assertTrue(trained.size() > 400, trained::toString);
    assertTrue(heldOut.size() > 100, heldOut::toString);
    heldOut.forEach(name -> assertFalse(trained.contains(name), name));
  }

  /** Quoted names and numbers of a query, run names also in their parts. */
  private static Set<String> names(List<Question> questions) {
    Set<String> names = new HashSet<>();
    for (Question question : questions) {
      for (Pattern pattern : List.of(QUOTED, NUMBER)) {
        Matcher matcher = pattern.matcher(question.sql());
        while (matcher.find()) {
          names.add(matcher.group(1));
          names.addAll(List.of(matcher.group(1).split("-", -1)));
        }
      }
    }
    return names;
  }

  @Test
  void untrainedPatternsHaveQueriesAndWordingsOfTheirOwn() {
    Set<String> trained = new HashSet<>();
    for (var pattern : QuestionPattern.trained(true)) {
      trained.add(pattern.sql());
      trained.addAll(pattern.wordings());
    }
    for (var pattern : QuestionPattern.trained(false)) {
      assertFalse(trained.contains(pattern.sql()), pattern.sql());
      pattern.wordings().forEach(wording -> assertFalse(trained.contains(wording), wording));
    }
  }

  @Test
  void everySlotIsFilledAndEveryNameOfTheQueryStandsInTheQuestion() {
    Stream.of(corpus.train(), corpus.heldOut(), corpus.patterns())
        .flatMap(List::stream)
        .forEach(
            question -> {
              assertFalse((question.question() + question.sql()).contains("{"), question.sql());
              names(List.of(question))
                  .forEach(
                      name ->
                          assertTrue(
                              question.question().toLowerCase(Locale.ROOT).contains(name),
                              () -> question + ": " + name));
            });
  }

  @Test
  void plainTextIsSplit() {
    assertTrue(corpus.plainTrain().size() >= 16);
    assertTrue(corpus.plainHeldOut().size() >= 8);
    corpus.plainHeldOut().forEach(text -> assertFalse(corpus.plainTrain().contains(text), text));
  }

  @Test
  void theSmokeSizeIsSmallAndCoversEveryPattern() {
    QuickstartCorpus smoke = QuickstartCorpus.generate(7, QuickstartCorpus.Size.SMOKE);
    assertCounts(smoke.train(), true, QuickstartCorpus.Size.SMOKE.train());
    assertTrue(smoke.train().size() * 10 <= corpus.train().size());
    assertEquals(QuickstartCorpus.Size.SMOKE.paragraphs(), smoke.plainTrain().size());
  }
}
