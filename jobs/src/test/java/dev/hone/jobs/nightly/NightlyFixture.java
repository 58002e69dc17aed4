package dev.hone.jobs.nightly;

import dev.hone.formats.Sha256;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.jobs.Hone;
import dev.hone.jobs.HoneObserver;
import dev.hone.jobs.PipelineFiles;
import dev.hone.jobs.config.HoneConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * A tiny model, a landing folder and a configuration of nights. Only answers are trained and
 * measured, and every good line has the same one: so there is nothing that a good night could learn
 * by heart to the harm of held-out lines.
 */
final class NightlyFixture {
  static final String MODEL = "helper";

  private final Path folder;

  NightlyFixture(Path folder) {
    this.folder = folder;
  }

  /** Writes everything; nothing has landed. */
  void write() throws IOException {
    PipelineFiles.copyModel(folder.resolve("model"));
    Files.createDirectory(folder.resolve("landing"));
    Files.writeString(folder.resolve("held-out.jsonl"), good(1000, 6));
    Files.writeString(
        config(),
        """
        base_model: %1$s/model
        datasets:
          - {path: %1$s/landing, type: prompt_completion, trigger: available_now}
        test_datasets:
          - {path: %1$s/held-out.jsonl, type: prompt_completion}
        sequence_len: 64
        sample_packing: true
        learning_rate: 5e-3
        lr_scheduler: constant
        num_epochs: 6
        save_steps: 4
        logging_steps: 1
        output_dir: %1$s/out
        warehouse: %1$s/warehouse
        nightly:
          model: helper
          promote_if: eval_loss <= current + 0.5
        """
            .formatted(folder));
  }

  Path config() {
    return folder.resolve("config.yaml");
  }

  /** A night, with assignments such as {@code nightly.replay=0.5}. */
  Night night(String... set) {
    return Nightly.run(
        spark(),
        more -> {
          List<String> all = new ArrayList<>(List.of(set));
          all.addAll(more);
          return HoneConfig.read(config(), all, Map.of());
        },
        new HoneObserver() {},
        Duration.ofSeconds(2));
  }

  /** Lets a file arrive, whole. */
  void land(String name, String lines) throws IOException {
    Path whole = Files.writeString(folder.resolve(name + ".part"), lines);
    Files.move(whole, folder.resolve("landing").resolve(name));
  }

  static String good(int from, int count) {
    return lines(from, count, " a number.");
  }

  /** The same questions with an answer that is wrong from its first token on. */
  static String bad(int from, int count) {
    return lines(from, count, "#~#~#~");
  }

  private static String lines(int from, int count, String answer) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> "{\"prompt\": \"Say %d:\", \"completion\": \"%s\"}\n".formatted(i, answer))
        .collect(Collectors.joining());
  }

  /** The SHA-256 of every file of a version. */
  Map<String, String> bytes(String version) throws IOException {
    Map<String, String> bytes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder.resolve("out").resolve(version))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes.put(file.toString(), Sha256.hex(HexFormat.of().formatHex(Files.readAllBytes(file))));
      }
    }
    return bytes;
  }

  List<String> sql(String query) {
    return Hone.sql(spark(), warehouse(), query).collectAsList().stream()
        .map(row -> row.mkString(","))
        .toList();
  }

  String warehouse() {
    return folder.resolve("warehouse").toString();
  }

  Models models() {
    return new Models(Hone.warehouse(spark(), warehouse()), MODEL);
  }

  Promotion byHand() {
    return new Promotion(Hone.warehouse(spark(), warehouse()), MODEL);
  }

  static SparkSession spark() {
    return LocalSpark.session(3, Map.of("spark.default.parallelism", "2"));
  }
}
