package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stops a preparation, what it leaves behind then, and how it is allowed. */
@Tag("spark")
class PrepGuardTest {
  private static final String ANSWER =
      "{\"messages\": [{\"role\": \"user\", \"content\": \"%s\"}, {\"role\": \"assistant\", \"content\": \"%s\"}]}";
  private static final String QUESTION =
      "{\"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}";

  @TempDir private static Path directory;
  private static Warehouse warehouse;
  private static Path tokenizer;

  /** {@code <|im_end|>}, with which ChatML ends turns, is ordinary text in it. */
  private static Path withoutEnds;

  @BeforeAll
  static void loadDocuments() throws IOException {
    List<DocumentRow> documents = new ArrayList<>();
    documents.addAll(chats("good", ANSWER.formatted("a", "b"), ANSWER.formatted("c", "d")));
    documents.addAll(
        chats("bad", ANSWER.formatted("a", "b"), QUESTION.formatted("c"), QUESTION.formatted("d")));
    documents.addAll(TestCorpus.texts("text", "plain text closes itself"));
    warehouse = PrepFixture.warehouse(directory, documents);
    tokenizer = ByteTokenizer.write(directory.resolve("tokenizer"));
    withoutEnds = ByteTokenizer.write(directory.resolve("without"));
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      Path path = withoutEnds.resolve(file);
      Files.writeString(path, Files.readString(path).replace("<|im_end|>", "</s>"));
    }
  }

  private static List<DocumentRow> chats(String dataset, String... rows) {
    return TestCorpus.documents(dataset, dataset + ".jsonl", "chat_template", List.of(rows));
  }

  private static PrepFixture prep(Path tokenizer, String... datasets) {
    return new PrepFixture(warehouse, tokenizer).datasets(List.of(datasets));
  }

  private static List<Long> versions() {
    return List.of(
        warehouse.version(SampleRow.class),
        warehouse.version(PackRow.class),
        warehouse.version(PrepRow.class));
  }

  @Test
  void recordsWithoutATrainedTokenStopThePreparationAndCanBeLookedAt() {
    List<Long> before = versions();
    PrepFixture prep = prep(tokenizer, "good", "bad");
    String message = assertThrows(HoneException.class, prep::run).getMessage();
    assertTrue(
        message.startsWith(
            "no trained token in 2 records, of which nothing would be learned: bad 2 of 3; the first is bad.jsonl, record 1 (dataset bad): none of its 9 tokens carries loss;"),
        message);
    assertTrue(message.endsWith("allow: [no_trained_token]"), message);
    assertEquals(before, versions(), "no sample, pack or preparation was written");

    Matcher query = Pattern.compile("--warehouse (\\S+) \"(SELECT .*?)\"").matcher(message);
    assertTrue(query.find(), message);
    assertEquals(warehouse.shown(), query.group(1));
    warehouse.registerViews();
    List<Row> rows = warehouse.spark().sql(query.group(2) + " ORDER BY ordinal").collectAsList();
    assertEquals(
        List.of("bad 1", "bad 2"),
        rows.stream().map(row -> row.getString(0) + " " + row.getLong(2)).toList());
  }

  @Test
  void whatOneAllowedIsNotAllowedToAll() {
    PrepFixture prep = prep(tokenizer, "bad", "text").allow(Guard.NO_TRAINED_TOKEN);
    PrepReport report = prep.run();
    assertEquals(2, report.prep().samples());
    assertEquals("2 no_trained_token (dataset bad)", report.refused().get(0).toString());

    assertTrue(prep.run().reused());
    String message = assertThrows(HoneException.class, prep.allow()::run).getMessage();
    assertTrue(message.contains("bad 2 of 3; the first is bad.jsonl, record 1"), message);
  }

  @Test
  void turnsThatEndNowhereStopThePreparation() {
    List<Long> before = versions();
    PrepFixture prep = prep(withoutEnds, "text", "good");
    String message = assertThrows(HoneException.class, prep::run).getMessage();
    assertTrue(
        message.startsWith(
            "no end-of-turn token after 2 trained turns in 2 samples, so a model would not learn where to stop: good 2 of 2; the first is good.jsonl, record 0 (dataset good);"),
        message);
    assertEquals(before, versions());

    PrepReport report = prep.allow(Guard.UNTRAINED_EOT).run();
    assertFalse(report.reused());
    assertEquals(
        List.of("dataset good: 2 trained turns without an end-of-turn token (allowed)"),
        report.effects());
    assertEquals(
        List.of(0, 1, 1), prep.samples(report).stream().map(SampleRow::untrainedEnds).toList());
    assertEquals(message, assertThrows(HoneException.class, prep.allow()::run).getMessage());

    // What was allowed before is found again when somebody else adds to it.
    DocumentRow old =
        Rows.of(DocumentRow.class)
            .collect(warehouse.read(DocumentRow.class).where("dataset = 'text'").limit(1))
            .get(0);
    warehouse.append(
        DocumentRow.class,
        List.of(
            new DocumentRow(
                "added",
                "text",
                "more.txt",
                "v1",
                0,
                old.contentHash(),
                old.kind(),
                old.record(),
                Optional.empty(),
                old.ingestedAt(),
                Optional.empty(),
                Optional.empty())));
    try {
      message = assertThrows(HoneException.class, prep.allow()::run).getMessage();
      assertTrue(message.contains("good 2 of 2; the first is good.jsonl, record 0"), message);
    } finally {
      warehouse.deltaTable(DocumentRow.class).delete("record_id = 'added'");
    }
  }

  @Test
  void everyGuardThatIsHurtIsNamed() {
    String message = assertThrows(HoneException.class, prep(withoutEnds, "bad")::run).getMessage();
    assertEquals(2, message.lines().count(), message);
    assertTrue(
        message.contains("\nno end-of-turn token after 1 trained turn in 1 sample, "), message);
  }
}
