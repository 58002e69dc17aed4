package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.formats.HoneException;
import dev.hone.formats.tables.RunRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.cli.HoneCli;
import dev.hone.jobs.notebook.Pictures;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** {@code hone run} on a tiny model and three formats, and what a user finds afterwards. */
@Tag("spark")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PipelineTest {
  private static final String SECRET = "planted-5f3c9a";
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.eventLog.enabled", "true",
          "spark.ui.enabled", "true",
          "spark.ui.port", "0",
          // A compressed file would hide what this test looks for.
          "spark.sql.parquet.compression.codec", "uncompressed",
          "spark.eventLog.compress", "false");

  @TempDir static Path folder;

  private static Path config;
  private static Result first;

  private record Result(int status, String out, String err, String page) {}

  @BeforeAll
  static void runOnce() throws IOException {
    // The command line opens a session of its own, with an event log.
    SparkSession.getDefaultSession().foreach(PipelineTest::stop);
    Files.createDirectory(folder.resolve("events"));
    SETTINGS.forEach(System::setProperty);
    System.setProperty("spark.eventLog.dir", folder.resolve("events").toUri().toString());
    config = PipelineFiles.write(folder);
    Files.writeString(
        config,
        "generate_samples: true\nnum_generation_samples: 2\neval_steps: 2\n",
        StandardOpenOption.APPEND);
    first = hone("run", config.toString());
    System.err.print(first.err());
  }

  @AfterAll
  static void forgetSettings() {
    SETTINGS.keySet().forEach(System::clearProperty);
    System.clearProperty("spark.eventLog.dir");
  }

  private static Object stop(SparkSession session) {
    session.stop();
    return null;
  }

  /** What a run prints, and its page in the Spark UI when its model is saved. */
  private static final class Watched extends PrintWriter {
    private static final String LIVE_VIEW = "live view: ";
    private String address = "";
    private String page = "";

    Watched(StringWriter out) {
      super(out);
    }

    @Override
    public void println(String line) {
      super.println(line);
      if (line.startsWith(LIVE_VIEW)) {
        address = line.substring(LIVE_VIEW.length());
      } else if (line.startsWith("saved step") && !address.isEmpty()) {
        page = get(address);
      }
    }

    private static String get(String address) {
      try (InputStream page = URI.create(address).toURL().openStream()) {
        return new String(page.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Result hone(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Watched watched = new Watched(out);
    HoneCli cli = new HoneCli(watched, new PrintWriter(err), Map.of("PLANTED", SECRET));
    int status = cli.run(args);
    return new Result(status, out.toString(), err.toString(), watched.page);
  }

  private static List<String> sql(String query) {
    SparkSession spark = LocalSpark.session(2, Map.of());
    return Hone.sql(spark, folder.resolve("warehouse").toString(), query).collectAsList().stream()
        .map(row -> row.mkString(","))
        .toList();
  }

  @Test
  @Order(1)
  void trainsAndSaysWhatItDid() {
    assertEquals(0, first.status(), first.err());
    assertTrue(first.out().contains("refused: 1 corrupt_json (dataset chat)"), first.out());
    assertEquals(
        3,
        first
            .out()
            .lines()
            .filter(line -> line.matches("step [123]/3  loss \\d.*  ETA .*"))
            .count(),
        first.out());
    assertTrue(first.out().contains("\nqa  exact_match "), first.out());
    assertTrue(Files.exists(folder.resolve("out/adapter_model.safetensors")));
    assertEquals(
        1, first.err().lines().filter(line -> line.startsWith("notice: ")).count(), first.err());
  }

  /** The tab of the run, over HTTP, while it goes on. */
  @Test
  @Order(1)
  void theSparkUiShowsTheRun() {
    String page = first.page();
    String loss = first.out().replaceAll("(?s).*step 3/3 {2}loss (\\S+).*", "$1");
    assertTrue(page.contains("loss <b>" + loss + "</b>"), () -> loss + " is not in " + page);
    assertTrue(page.contains("<h4 class=\"run\">smoke "), page);
    assertTrue(
        page.contains(folder.resolve("out") + " <span class=\"badge badge-success\">best"), page);
    assertTrue(page.contains("href=\"/jobs/\""), "the other tabs are still there: " + page);
    assertTrue(
        sql("SELECT ranks FROM runs")
            .get(0)
            .matches("\\[\\{\"rank\":0,\"host\":\"127.*\"threads\":\\d+}]"));
    assertEquals(List.of("3"), sql("SELECT count(*) FROM ranks WHERE executor_id = 'driver'"));
  }

  @Test
  @Order(2)
  void everyNumberIsInTheTables() {
    assertEquals(
        List.of("smoke,finished,3,3"),
        sql(
            "SELECT run_id, state, (SELECT count(*) FROM metrics WHERE name = 'loss'),"
                + " (SELECT max(step) FROM metrics) FROM runs"));
    assertEquals(
        List.of("plain,0", "plain,2", "plain,3", "qa,0", "qa,3"),
        sql("SELECT DISTINCT dataset, step FROM evals ORDER BY dataset, step"));
    Result generations =
        hone(
            "sql",
            "--warehouse",
            folder.resolve("warehouse").toString(),
            "--format",
            "json",
            "SELECT count(*) AS n FROM generations WHERE dataset = 'qa'");
    assertEquals("{\"n\":6}\n", generations.out(), generations.err());
    assertEquals(
        List.of("chat,12", "facts,6", "plain,4", "qa,3"),
        sql("SELECT dataset, count(*) FROM documents GROUP BY dataset ORDER BY dataset"));
  }

  /** Texts without a prompt, so that each is asked by its first half. */
  @Test
  @Order(2)
  void heldOutTextsAreGoneOnWithAtEveryEvaluation() {
    String samples = " FROM generations WHERE run_id = 'smoke' AND dataset = 'generate_samples'";
    assertEquals(
        List.of("0,0", "0,1", "2,0", "2,1", "3,0", "3,1"),
        sql("SELECT step, ordinal" + samples + " ORDER BY step, ordinal"));
    assertEquals(
        List.of("0,1", "1,1"),
        sql(
            "SELECT ordinal, count(DISTINCT prompt, reference)"
                + samples
                + " GROUP BY ordinal ORDER BY ordinal"));
    for (String text :
        sql("SELECT DISTINCT regexp_replace(prompt, '<[^>]*>', '') || reference" + samples)) {
      assertTrue(text.replace(" ", "").matches("Line\\dofplaintext[.]"), text);
    }
  }

  @Test
  @Order(2)
  void trackersHaveEveryNumber() throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("logs/smoke.jsonl"));
    assertTrue(lines.get(0).contains("\"owner\":\"${PLANTED}\""), lines.get(0));
    assertEquals(
        sql("SELECT value FROM metrics WHERE run_id = 'smoke' AND name = 'loss' ORDER BY step"),
        lines.stream()
            .filter(line -> line.startsWith("{\"loss\":"))
            .map(line -> line.replaceAll("\\{\"loss\":([^,]+),.*", "$1"))
            .toList());
    assertEquals(3, lines.stream().filter(line -> line.contains("\"eval_loss\":")).count());
    assertTrue(lines.get(lines.size() - 1).contains("\"state\":\"finished\""));
    try (Stream<Path> files = Files.walk(folder.resolve("logs"))) {
      List<String> names = files.map(file -> file.getFileName().toString()).toList();
      assertTrue(names.contains("run-smoke.wandb"), names.toString());
      assertTrue(
          names.stream().anyMatch(name -> name.startsWith("events.out.tfevents.")),
          names.toString());
    }
  }

  @Test
  @Order(3)
  void aFinishedRunIsNotRepeated() {
    Result again = hone("run", config.toString());
    assertEquals(0, again.status(), again.err());
    assertTrue(again.out().contains("run smoke was finished before"), again.out());
    assertEquals(List.of("3"), sql("SELECT count(*) FROM metrics WHERE name = 'loss'"));
    Result other = hone("run", config.toString(), "--set", "learning_rate=1e-4");
    assertEquals(1, other.status());
    assertEquals(
        "hone: run_id 'smoke' is a finished run with another configuration or other data; choose"
            + " another run_id",
        last(other.err()));
  }

  @Test
  @Order(4)
  void previewShowsWhatIsTrainedAndWritesNothing() {
    Path elsewhere = folder.resolve("elsewhere");
    Result preview =
        hone(
            "preview",
            config.toString(),
            "--rows",
            "1",
            "--format",
            "json",
            "--set",
            "warehouse=" + elsewhere);
    assertEquals(0, preview.status(), preview.err());
    List<String> lines = preview.out().lines().toList();
    assertEquals(3, lines.size(), preview.out());
    assertTrue(
        lines.get(0).startsWith("{\"dataset\":\"chat\",\"row\":0,\"text\":\"<|im_start|>user"),
        lines.get(0));
    assertTrue(lines.get(0).contains("\"loss_weights\":[0.0,"), lines.get(0));
    assertFalse(Files.exists(elsewhere));
  }

  @Test
  @Order(5)
  void aFailedRunSaysWhyInTheTables() throws IOException {
    Path data = folder.resolve("bad.jsonl");
    Files.writeString(data, "{\"no\": \"such field\"}\n");
    Result failed =
        hone(
            "run",
            config.toString(),
            "--run-id",
            "bad",
            "--set",
            "datasets=[{path: '" + data + "', type: alpaca}]");
    assertEquals(1, failed.status());
    assertEquals(
        "hone: --set datasets: datasets.0: all 1 records of '%s' were refused as type 'alpaca': 1 missing_field; check type and field keys against the rows, or see table quarantine"
            .formatted(data),
        last(failed.err()));
    assertFalse(failed.err().contains("\tat "), failed.err());

    Result diverged =
        hone(
            "train",
            config.toString(),
            "--run-id",
            "wild",
            "--set",
            "learning_rate=1e30",
            "--set",
            "output_dir=" + folder.resolve("wild"));
    assertEquals(1, diverged.status(), diverged.out());
    String line = last(diverged.err());
    assertTrue(line.startsWith("hone: ") && line.contains("finite"), diverged.err());
    assertEquals(
        List.of("failed,true"),
        sql("SELECT state, message LIKE '%finite%' FROM runs WHERE run_id = 'wild'"));
    assertFalse(Files.exists(folder.resolve("wild")));

    // The same name again, mended: what the failed attempt left is gone.
    Result mended =
        hone(
            "train",
            config.toString(),
            "--run-id",
            "wild",
            "--set",
            "output_dir=" + folder.resolve("wild"),
            "--set",
            "max_steps=1");
    assertEquals(0, mended.status(), mended.err());
    assertEquals(
        List.of("finished,1,2"),
        sql(
            "SELECT state, (SELECT count(*) FROM metrics WHERE run_id = 'wild' AND name = 'loss'),"
                + " (SELECT count(DISTINCT step) FROM evals WHERE run_id = 'wild') FROM runs WHERE"
                + " run_id = 'wild'"));

    Result missing = hone("run", config.toString(), "--set", "datasets.0.path=/no/such.jsonl");
    assertEquals(1, missing.status());
    assertTrue(
        last(missing.err()).contains("datasets.0.path: '/no/such.jsonl' does not exist"),
        missing.err());
  }

  @Test
  @Order(6)
  void sqlOnlyReads() {
    for (String change :
        List.of("DROP TABLE runs", "DELETE FROM runs", "INSERT INTO runs TABLE runs", "SET a=b")) {
      HoneException thrown = assertThrows(HoneException.class, () -> sql(change));
      assertTrue(thrown.getMessage().contains("hone sql only reads"), thrown.getMessage());
    }
    assertTrue(sql("SHOW COLUMNS IN runs").contains("run_id"));
    assertTrue(
        assertThrows(HoneException.class, () -> sql("SELEC 1")).getMessage().contains("SELEC"));
  }

  @Test
  @Order(7)
  void theHouseIsKept() throws IOException {
    String warehouse = folder.resolve("warehouse").toString();
    Result tables = hone("tables", "--warehouse", warehouse, "--format", "json");
    assertEquals(0, tables.status(), tables.err());
    List<JsonNode> lines = new ArrayList<>();
    for (String line : tables.out().lines().toList()) {
      lines.add(new JsonMapper().readTree(line));
    }
    assertEquals(Warehouse.TABLES.size(), lines.size(), tables.out());
    JsonNode documents = lines.get(0);
    assertEquals("documents", documents.get("table").asText());
    assertEquals(sql("SELECT count(*) FROM documents").get(0), documents.get("rows").asText());
    assertEquals(
        "Position of the record in its source, from 0",
        documents.get("columns").get(4).get("comment").asText());

    String text =
        hone("tables", "--warehouse", warehouse, "--table", "packs", "--table", "runs").out();
    assertEquals(3, text.lines().count(), text);
    assertTrue(text.contains("\nruns  runs "), text);

    List<String> before = sql("SELECT * FROM metrics ORDER BY ALL");
    String compacted = hone("optimize", "--warehouse", warehouse, "--table", "metrics").out();
    assertTrue(compacted.matches("metrics: \\d+ files before, 1 after; .*\n"), compacted);

    String[] vacuum = {"vacuum", "--warehouse", warehouse, "--table", "metrics", "--retain", "0h"};
    Result refused = hone(vacuum);
    assertEquals(1, refused.status());
    assertTrue(last(refused.err()).contains("metrics keeps deleted files for 168 hours"));
    Result forced = hone(append(vacuum, "--force"));
    assertEquals(0, forced.status(), forced.err());
    assertTrue(forced.out().matches("metrics: [1-9]\\d* files, .* deleted\n"), forced.out());
    assertEquals(before, sql("SELECT * FROM metrics ORDER BY ALL"));
  }

  @Test
  @Order(7)
  void aTokenLeadsToItsLine() throws IOException {
    String page =
        Files.readString(Path.of(System.getProperty("hone.repository"), "docs/tables.md"));
    int begin = page.indexOf("```sql\nSELECT d.dataset, d.source, d.line") + "```sql\n".length();
    String query = page.substring(begin, page.indexOf("```", begin));
    Row pack =
        Hone.sql(
                LocalSpark.session(2, Map.of()),
                folder.resolve("warehouse").toString(),
                "SELECT document_starts, record_ids, length FROM packs WHERE split = 'train' AND"
                    + " pack_id = 0")
            .first();
    List<Integer> starts = pack.getList(0);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < starts.size(); i++) {
      int last = i + 1 < starts.size() ? starts.get(i + 1) - 1 : pack.getInt(2) - 1;
      for (int token : new int[] {starts.get(i), last}) {
        List<Row> found =
            Hone.sql(
                    LocalSpark.session(2, Map.of()),
                    folder.resolve("warehouse").toString(),
                    query.replace("<= 100", "<= " + token))
                .collectAsList();
        assertEquals(1, found.size());
        Row row = found.get(0);
        String line =
            Files.readAllLines(folder.resolve(row.getString(0) + ".jsonl"))
                .get((int) row.getLong(2) - 1);
        String number = line.replaceAll("\\D", "");
        assertEquals(number, row.getString(3).replaceAll("\\D", ""), line + row);
        seen.add(row.getString(0) + number);
      }
    }
    assertEquals(starts.size(), seen.size());
  }

  @Test
  @Order(8)
  void packsGoToOtherTrainers() {
    Path out = folder.resolve("packs");
    String warehouse = folder.resolve("warehouse").toString();
    String prep = sql("SELECT prep_id FROM runs WHERE run_id = 'smoke'").get(0);
    Result exported =
        hone("export-packs", "--warehouse", warehouse, "--prep", prep, "--out", out.toString());
    assertEquals(0, exported.status(), exported.err());
    String packs =
        sql("SELECT count(*) FROM packs WHERE split = 'train' AND prep_id = '%s'".formatted(prep))
            .get(0);
    assertTrue(exported.out().startsWith("train: " + packs + " packs, "), exported.out());
    assertTrue(exported.out().contains("\ntest: "), exported.out());
    assertTrue(Files.exists(out.resolve("data/test-00000-of-00001.parquet")));
    assertTrue(Files.exists(out.resolve("README.md")));
  }

  @Test
  @Order(8)
  void runsAreComparedAndReported() throws IOException {
    String warehouse = folder.resolve("warehouse").toString();
    Result compared =
        hone("compare", "smoke", "wild", "--warehouse", warehouse, "--format", "json");
    assertEquals(0, compared.status(), compared.err());
    JsonNode json = new JsonMapper().readTree(compared.out());
    assertEquals("[3,1]", json.at("/config/max_steps").toString().replace("\"", ""));
    assertEquals("same", json.at("/data/same").asText());
    assertEquals(
        sql("SELECT value FROM metrics WHERE run_id = 'smoke' AND name = 'loss' AND step = 3")
            .get(0),
        json.at("/metrics/loss/last/0").asText());

    Path file = folder.resolve("smoke.html");
    Result reported =
        hone("report", "smoke", "--warehouse", warehouse, "--output", file.toString());
    assertEquals(0, reported.status(), reported.err());
    assertTrue(reported.out().startsWith("report of run smoke: " + file), reported.out());
    String page = Files.readString(file);
    assertTrue(page.contains("<mark>One more.&lt;|im_end|&gt;"), page);
    assertTrue(page.matches("(?s).*>chat, line \\d+ of chat.jsonl: pack \\d+, .*"), page);
    String samples = page.substring(page.indexOf("<h4>generate_samples</h4>"));
    assertTrue(
        samples.matches("(?s).*?>prompt 0<.*?>step 0<.*?>step 2<.*?>step 3<.*?>expected<.*"),
        samples);
    assertTrue(page.contains("<td>corrupt_json</td><td class=\"n\">1</td>"), page);
    assertTrue(page.contains("<td class=\"fact\">hub_token</td><td class=\"path\">${PLANTED}"));

    Result unknown = hone("report", "smoek", "--warehouse", warehouse);
    assertEquals(1, unknown.status());
    assertTrue(
        last(unknown.err()).matches("hone: warehouse '.*' has no run 'smoek'; it has wild, smoke"),
        unknown.err());
    Result folderNamed = hone("report", "smoke", "--output", folder.toString());
    assertEquals(
        "hone: --output " + folder + " is a folder; name a file in it", last(folderNamed.err()));
  }

  private static String[] append(String[] call, String argument) {
    String[] longer = Arrays.copyOf(call, call.length + 1);
    longer[call.length] = argument;
    return longer;
  }

  /** What a notebook calls, on what the commands have made. */
  @Test
  @Order(8)
  void aProgramSeesTheSame() throws IOException {
    SparkSession spark = LocalSpark.session(2, Map.of());
    Path plain =
        Files.writeString(
            folder.resolve("plain.yaml"),
            Files.readString(config).replaceAll("(?m)^(hub_token|tags):.*\n", ""));
    Hone hone = Hone.open(spark, plain.toString(), List.of("run_id=other"));
    assertEquals("other", hone.config().output().runId().orElseThrow());
    assertEquals(3, hone.preview(1).samples().size());
    String table =
        Pictures.table(hone.sql("SELECT run_id, 0.5D AS half FROM runs ORDER BY run_id"));
    assertTrue(table.contains("<tr><td>smoke</td><td class=\"n\">0.5000</td></tr>"), table);
    String compared = Pictures.comparison(hone.compare("smoke", "wild"));
    assertTrue(compared.contains("<td>max_steps</td><td>3</td><td>1</td>"), compared);
    assertThrows(HoneException.class, () -> hone.compare("smoke", "none"));
  }

  @Test
  @Order(9)
  void thePlantedSecretIsNowhere() throws IOException {
    List<Path> found = new ArrayList<>();
    int read = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        read++;
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(SECRET)) {
          found.add(file);
        }
      }
    }
    assertTrue(read > 50, "only " + read + " files were looked at");
    assertEquals(List.of(), found);
    assertFalse((first.out() + first.err()).contains(SECRET));
    try (Stream<Path> events = Files.walk(folder.resolve("events"))) {
      assertTrue(events.anyMatch(Files::isRegularFile), "there is no event log");
    }
    SparkSession spark = LocalSpark.session(2, Map.of());
    Row run =
        Warehouse.open(spark, folder.resolve("warehouse").toString())
            .read(RunRow.class)
            .where("run_id = 'smoke'")
            .select("config", "tags")
            .head();
    assertTrue(run.getString(0).contains("\"hub_token\":\"${PLANTED}\""), run.getString(0));
    assertEquals("{\"owner\":\"${PLANTED}\"}", run.getString(1));
  }

  private static String last(String text) {
    List<String> lines = text.lines().toList();
    return lines.get(lines.size() - 1);
  }
}
