package dev.hone.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.EvalRewardRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.QualityRow;
import dev.hone.formats.tables.RankRow;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

@Tag("unit")
class RunPageTest {
  /** As a page shows it. */
  private static final String NASTY = Stories.NASTY.replace('\u0000', '\u2400');

  private static RunStory story(String state) {
    List<MetricRow> metrics = new ArrayList<>(Stories.losses("run", 3, 2, 1));
    metrics.add(Stories.metric("run", 3, "rewards/chosen", 0.25));
    metrics.add(Stories.metric("run", 3, "rewards/rejected", -0.25));
    return RunStory.of(
        Stories.run(
            "run" + Stories.NASTY,
            state,
            "{\"learning_rate\": \"1e-3\", \"datasets\": [{\"path\": \"<b>\"}], \"metric_for_best_model\": \"loss\"}",
            Optional.of("p")),
        Optional.of(Stories.prep("p", "{}", Stories.START)),
        metrics.iterator(),
        List.of(
            Stories.eval("run", 0, "set" + Stories.NASTY, "eval_loss", 4, 600),
            Stories.eval("run", 2, "set" + Stories.NASTY, "eval_loss", 1.5, 600),
            Stories.eval("run", 3, "set" + Stories.NASTY, "eval_loss", 2, 600)),
        List.of(
            Stories.checkpoint("run", 2, "/out/2" + Stories.NASTY, true),
            Stories.checkpoint("run", 3, "/out/3", false)));
  }

  private static RunDetails details(String state) {
    return new RunDetails(
        story(state),
        RankStory.of(
            List.of(rank(1, 0, 1.0, 3_000_000_000L), rank(2, 0, 2.0, 4_000_000_000L)).iterator()),
        List.of(new QualityRow("p", "chat", "min_chars", "30" + Stories.NASTY, 200, 50)),
        List.of(
            new PrepCountRow("p", "chat" + Stories.NASTY, "documents", 1200),
            new PrepCountRow("p", "facts", "tokens", 77)),
        List.of(new RunDetails.Refusals("chat", "ingest", "corrupt_json", 3, Stories.NASTY)),
        List.of(
            answer(0, "a lake" + Stories.NASTY, false),
            answer(3, "SELECT 1", true)
                .executed("wrong: " + Stories.NASTY)
                .judged("win: " + Stories.NASTY)),
        List.of(
            new EvalRewardRow("run", 0, "set" + Stories.NASTY, 0, 1, 1),
            new EvalRewardRow("run", 3, "set" + Stories.NASTY, 0, 2, 1)),
        new RunDetails.Documents(List.of(), "no text was asked for"));
  }

  private static RankRow rank(long step, int rank, double seconds, long bytes) {
    return new RankRow("run", step, rank, "h<i>", "1", seconds, seconds, bytes, Stories.START);
  }

  private static GenerationRow answer(long step, String completion, boolean right) {
    return new GenerationRow(
        "run", step, "qa", 0, "ask" + Stories.NASTY, completion, "SELECT 1", right, Stories.START);
  }

  private static Document parsed(String html) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html)));
  }

  private static List<String> texts(Document page, String tag) {
    NodeList nodes = page.getElementsByTagName(tag);
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }

  @Test
  void everythingIsShownAndNothingIsTakenForHtml() throws Exception {
    String html = RunPage.html(details("finished"), "<p/>", Stories.START);
    Document page = parsed(html);
    assertEquals("run" + NASTY, texts(page, "title").get(0));
    assertTrue(texts(page, "h4").get(0).startsWith("run" + NASTY + " finished since 2030-01-01"));
    assertTrue(
        texts(page, "span")
            .containsAll(List.of("as expected", "query wrong: " + NASTY, "win: " + NASTY)),
        texts(page, "span").toString());
    List<String> cells = texts(page, "td");
    assertTrue(
        cells.containsAll(
            List.of(
                "set" + NASTY,
                "4.0000",
                "1.5000",
                "-2.0000",
                "/out/2" + NASTY + " best",
                "h<i>",
                "AVX2",
                "4.0 GB",
                "datasets.0.path",
                "<b>",
                "1e-3",
                "ada" + NASTY,
                "30" + NASTY,
                "25.0 %",
                "corrupt_json",
                NASTY,
                "chat" + NASTY,
                "1,200",
                "98.7 %")),
        cells::toString);
    assertEquals(
        List.of("ask" + NASTY, "a lake" + NASTY, "SELECT 1", "SELECT 1"), texts(page, "pre"));
    assertTrue(texts(page, "p").contains("The best by eval_loss is that of step 2."));
    List<String> charts = texts(page, "h5");
    assertTrue(
        charts.containsAll(
            List.of(
                "Loss",
                "Learning rate",
                "Gradient norm",
                "rewards",
                "Memory, GB",
                "ROC of set" + NASTY)),
        charts::toString);
    assertFalse(charts.contains("Waiting of the ranks, %"), "one rank waits for nobody");
    assertFalse(texts(page, "b").contains("x"), "no element of theirs");
  }

  /** Nothing is fetched, and nothing runs. */
  @Test
  void aPageStandsAlone() {
    String html = RunPage.html(details("finished"), "<p/>", Stories.START);
    for (String outside : List.of("<script", "<link", "<img", "src=", "url(", "@import", "http:")) {
      assertFalse(html.contains(outside), outside);
    }
    assertTrue(html.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
  }

  @Test
  void aFailedRunSaysWhyAndARunningOneHasNoEnd() throws Exception {
    Document failed = parsed(RunPage.html(details("failed"), "<p/>", Stories.START));
    assertTrue(texts(failed, "div").contains("no space" + NASTY));
    String running = RunPage.html(details("running"), "<p/>", Stories.START);
    assertTrue(texts(parsed(running), "b").containsAll(List.of("3", "3s")), running);
    assertFalse(running.contains("class=\"progress\""), "nobody knows how far it is");
  }

  @Test
  void whatIsNotThereHasNoHeading() throws Exception {
    RunStory nothing =
        RunStory.of(
            Stories.run("r", "failed", "{}", Optional.empty()),
            Optional.empty(),
            List.<MetricRow>of().iterator(),
            List.of(),
            List.of());
    RunDetails details =
        new RunDetails(
            nothing,
            RankStory.of(List.<RankRow>of().iterator()),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            new RunDetails.Documents(List.of(), ""));
    Document page = parsed(RunPage.html(details, "", Stories.START));
    assertEquals(List.of("Ranks and machines"), texts(page, "h3"));
    assertEquals(List.of("Ranks and machines"), texts(page, "a"));
  }

  @Test
  void trainedTokensAreMarked() throws Exception {
    Path model =
        Path.of(
            System.getProperty("hone.repository"),
            "training/src/test/resources/parity/llama/model");
    try (Tokenizer tokenizer = Tokenizers.open(model)) {
      int[] asked = tokenizer.encode("Is 1<2 & so?").ids();
      int[] answered = tokenizer.encode("Yes <b>").ids();
      int[] ids = new int[500 + asked.length + answered.length];
      Arrays.fill(ids, asked[0]);
      System.arraycopy(asked, 0, ids, 500, asked.length);
      System.arraycopy(answered, 0, ids, 500 + asked.length, answered.length);
      float[] weights = new float[ids.length];
      Arrays.fill(weights, 500 + asked.length, ids.length, 0.5f);
      PackRow pack =
          new PackRow(
              "p",
              "train",
              4,
              ids,
              weights,
              new int[] {0, 500},
              List.of("r0", "r1"),
              new int[] {0, 0},
              Optional.of(List.of("chosen", "rejected")),
              ids.length,
              answered.length,
              1);
      List<PackedDocument> documents =
          PackedDocument.of(
              pack,
              id ->
                  id.equals("r1")
                      ? new PackedDocument.Place("chat", "/in/<a>.jsonl", Optional.of(7L))
                      : PackedDocument.Place.UNKNOWN);
      Document page = parsed("<p>" + DocumentSection.html(documents, tokenizer) + "</p>");
      assertEquals(
          List.of(
              "record r0, chosen: pack 4, 500 tokens, 0 trained",
              "chat, line 7 of <a>.jsonl, rejected: pack 4, %d tokens, %d trained"
                  .formatted(asked.length + answered.length, answered.length)),
          texts(page, "span"));
      assertEquals(
          List.of("marked", "0.5" + tokenizer.decode(answered, false)), texts(page, "mark"));
      assertEquals(List.of(" ... 100 tokens ... "), texts(page, "i"));
    }
  }

  @Test
  void everyDatasetGivesAFewDocuments() {
    List<PackedDocument> all = new ArrayList<>();
    for (String set : List.of("a", "a", "a", "b", "c", "c", "c", "d", "e")) {
      all.add(
          new PackedDocument(
              "r" + all.size(),
              new PackedDocument.Place(set, "s", Optional.empty()),
              Optional.empty(),
              0,
              new int[0],
              new float[0]));
    }
    assertEquals(
        List.of("r0", "r1", "r3", "r4", "r5", "r7"),
        PackedDocument.chosen(all).stream().map(PackedDocument::recordId).toList());
  }

  @Test
  void curvesOfRanks() {
    RankStory story =
        RankStory.of(
            List.of(
                    rank(1, 0, 1, 1_000_000_000L),
                    rank(1, 0, 2, 2_000_000_000L),
                    rank(1, 1, 1, 3_000_000_000L),
                    rank(2, 0, 0, 0))
                .iterator());
    assertEquals(1, story.memory().size(), "the system did not say in the second step");
    assertEquals(3, story.memory().get(0).value(), 0);
    assertEquals(50, story.waiting().get(0).value(), 0);
    assertEquals(1, story.waiting().size());
    assertEquals(List.of(0), story.last().stream().map(RankRow::rank).toList());
  }
}
