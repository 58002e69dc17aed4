package dev.hone.jobs.forget;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.ReferenceRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.formats.tables.TeachingRow;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.Hone;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.packing.PrepReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * A corpus in a mirrored file, a landing folder and a set of questions, of which some records hold
 * a secret, prepared, and runs that trained on it.
 */
final class ForgetFixture {
  /** Sorts last, so that it would be the largest value of a column in Delta's statistics. */
  static final String SECRET = "zz-secret-4f1b";

  static final String BY_TEXT = "record LIKE '%" + SECRET + "%'";
  static final String BY_RAW = "raw LIKE '%" + SECRET + "%'";

  private static final int LINES = 40;

  final SparkSession spark;
  final Path folder;

  ForgetFixture(SparkSession spark, Path folder) {
    this.spark = spark;
    this.folder = folder;
  }

  /** Writes the corpus: 5 documents with the secret, two of them equal, and a line that is none. */
  void writeCorpus() throws IOException {
    List<String> plain =
        IntStream.range(0, LINES)
            .mapToObj(i -> "{\"text\": \"Line %d of plain text, and a little more.\"}".formatted(i))
            .collect(Collectors.toList());
    plain.set(7, secret("wrote this line"));
    plain.set(30, secret("wrote another one"));
    plain.set(31, secret("wrote this line"));
    plain.add("{broken " + SECRET);
    plain.add("{broken");
    Files.write(folder.resolve("plain.jsonl"), plain);
    Files.createDirectory(folder.resolve("landing"));
    Files.writeString(folder.resolve("landing/a.jsonl"), secret("landed alone") + "\n");
    Files.writeString(folder.resolve("landing/b.jsonl"), "{\"text\": \"Landed too.\"}\n");
    Files.writeString(
        folder.resolve("qa.jsonl"),
        """
        {"prompt": "Who wrote?", "answer": "%s"}
        {"prompt": "Who else wrote?", "answer": "Nobody."}
        """
            .formatted(SECRET));
    Files.writeString(
        folder.resolve("config.yaml"),
        """
        base_model: %1$s
        datasets:
          - {path: %2$s/plain.jsonl, type: completion}
          - {path: %2$s/landing, name: landed, type: completion, trigger: available_now}
        exact_match_datasets:
          - {path: %2$s/qa.jsonl, max_new_tokens: 4}
        sequence_len: 256
        sample_packing: true
        learning_rate: 1e-3
        max_steps: 1
        val_set_size: 0.1
        output_dir: %2$s/out
        warehouse: %2$s/warehouse
        """
            .formatted(
                Path.of(
                    System.getProperty("hone.repository"),
                    "training/src/test/resources/parity/llama/model"),
                folder));
  }

  static String secret(String text) {
    return "{\"text\": \"%s %s\"}".formatted(SECRET, text);
  }

  PrepReport prepare(String... overrides) {
    HoneConfig config =
        HoneConfig.read(folder.resolve("config.yaml"), List.of(overrides), Map.of());
    return Hone.open(spark, config, notice -> {}).prepare();
  }

  Warehouse warehouse() {
    return Warehouse.open(spark, folder.resolve("warehouse").toString());
  }

  /** A run on all of a preparation, one before it, one that only evaluated; and what they said. */
  void train(String prepId) {
    Warehouse warehouse = warehouse();
    Instant now = Instant.now();
    warehouse.append(
        RunRow.class,
        List.of(
            run("before", prepId, now.minusSeconds(3600), "{}"),
            run("trained", prepId, now, versions(warehouse)),
            run("measured", prepId, now, versions(warehouse))));
    warehouse.append(
        CheckpointRow.class, List.of(checkpoint("before", now), checkpoint("trained", now)));
    warehouse.append(
        GenerationRow.class,
        List.of(
            generation(0, "Who wrote?", SECRET, now),
            generation(1, "Who else wrote?", "Nobody.", now)));
    askedOthers(warehouse, prepId);
  }

  /** A reference model has been asked about every sample, and a teacher about every pack. */
  private static void askedOthers(Warehouse warehouse, String prepId) {
    warehouse.append(
        ReferenceRow.class,
        warehouse
            .read(SampleRow.class)
            .where(col("prep_id").equalTo(prepId))
            .selectExpr(
                "prep_id",
                "'hash' AS reference_id",
                "'/models/reference' AS model",
                "record_id",
                "piece",
                "'chosen' AS answer",
                "trained_tokens AS tokens",
                "-1D AS logp"));
    warehouse.append(
        TeachingRow.class,
        warehouse
            .read(PackRow.class)
            .where(col("prep_id").equalTo(prepId))
            .selectExpr(
                "prep_id",
                "'hash' AS teacher_id",
                "'/models/teacher' AS model",
                "xxhash64(input_ids, loss_weights, document_starts) AS content",
                "record_ids",
                "1 AS k",
                "input_ids AS token_ids",
                "loss_weights AS logprobs"));
  }

  private static String versions(Warehouse warehouse) {
    return "{\"documents\": %d, \"packs\": %d}"
        .formatted(warehouse.version(DocumentRow.class), warehouse.version(PackRow.class));
  }

  private static RunRow run(String id, String prepId, Instant started, String versions) {
    return new RunRow(
        id,
        Optional.of(prepId),
        "finished",
        Optional.empty(),
        "{}",
        "hash",
        "0",
        versions,
        "{}",
        7,
        "ada",
        "{}",
        Optional.empty(),
        started,
        Optional.of(started),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static CheckpointRow checkpoint(String run, Instant now) {
    return new CheckpointRow(
        run, 1, "/models/" + run, "hf", 1, "h", true, now, Optional.empty(), Optional.empty());
  }

  private static GenerationRow generation(int ordinal, String prompt, String answer, Instant now) {
    return new GenerationRow(
        "trained", 1, "qa", ordinal, "user: " + prompt, "I do not know.", answer, false, now);
  }

  ForgetReport forget(List<String> where, boolean dryRun, boolean vacuum) {
    return Forgetting.run(
        warehouse(),
        new ForgetRequest(where, List.of(), Forgetting.DEFAULT_TABLES, dryRun, vacuum));
  }

  /** Packs by split and number; what each holds, as text. */
  Map<String, String> packs(String prepId) {
    Map<String, String> packs = new TreeMap<>();
    Rows.of(PackRow.class)
        .collect(warehouse().read(PackRow.class).where("prep_id = '" + prepId + "'"))
        .forEach(
            pack ->
                packs.put(
                    pack.split() + pack.packId(),
                    Arrays.toString(pack.inputIds())
                        + Arrays.toString(pack.lossWeights())
                        + Arrays.toString(pack.documentStarts())
                        + pack.recordIds()
                        + Arrays.toString(pack.pieces())
                        + pack.length()
                        + " "
                        + pack.trainedTokens()
                        + " "
                        + pack.fill()));
    return packs;
  }

  long count(Class<? extends Record> table, String where) {
    return warehouse().read(table).where(where).count();
  }

  /** Every file of the warehouse that has the secret in it, log and folders of Spark's included. */
  List<String> filesWithSecret() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("warehouse"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(ForgetFixture::hasSecret)
          .map(Path::toString)
          .toList();
    }
  }

  private static boolean hasSecret(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(SECRET);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
