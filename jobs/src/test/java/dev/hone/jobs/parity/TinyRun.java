package dev.hone.jobs.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.jobs.cli.HoneCli;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** {@code hone run} on a tiny random model and pre-tokenized rows. */
record TinyRun(Path model, Path adapter, Path rows, Path output, Path warehouse) {
  /** A model of three layers, and an adapter on all of its linear layers, r = 4 and alpha = 8. */
  private static final Path STORED =
      Path.of(System.getProperty("hone.repository"), "training/src/test/resources/parity/llama");

  /** The tokens before are special. */
  private static final int FIRST_BYTE_TOKEN = 3;

  /** Its tokenizer has as many, 253 of them for pairs. */
  static final int VOCABULARY = 512;

  /** Draws the rows. */
  static TinyRun prepare(Path dir, int rows) throws IOException {
    List<String> lines = new ArrayList<>();
    Random random = new Random(3);
    for (int row = 0; row < rows; row++) {
      int length = 6 + random.nextInt(40);
      int prompt = 1 + random.nextInt(length / 2);
      int[] ids = random.ints(length, FIRST_BYTE_TOKEN, VOCABULARY).toArray();
      int[] labels = ids.clone();
      java.util.Arrays.fill(labels, 0, prompt, -100);
      lines.add(new ObjectMapper().writeValueAsString(Map.of("input_ids", ids, "labels", labels)));
    }
    Path file = dir.resolve("rows.jsonl");
    Files.write(file, lines);
    return new TinyRun(
        STORED.resolve("model"),
        STORED.resolve("adapter"),
        file,
        dir.resolve("output"),
        dir.resolve("warehouse"));
  }

  /** The same with another output directory. */
  TinyRun to(Path directory) {
    return new TinyRun(model, adapter, rows, directory, warehouse);
  }

  /** Runs a configuration of which everything but the keys given is fixed, one row a pack. */
  void hone(String keys) throws IOException {
    command("run", config("sample_packing: false\n" + keys).toString());
  }

  /** Writes a configuration of which everything but the keys given is fixed. */
  Path config(String keys) throws IOException {
    String yaml =
        """
        base_model: %s
        datasets:
          - path: %s
            type: ""
        sequence_len: 64
        shuffle_merged_datasets: false
        logging_steps: 1
        output_dir: %s
        warehouse: %s
        """
            .formatted(model, rows, output, warehouse);
    return Files.writeString(output.resolveSibling("config.yaml"), yaml + keys);
  }

  /**
   * Runs a command, which must succeed.
   *
   * @return what it printed
   */
  static String command(String... call) {
    StringWriter err = new StringWriter();
    StringWriter out = new StringWriter();
    int status =
        new HoneCli(new PrintWriter(out, true), new PrintWriter(err, true), System.getenv())
            .run(call);
    assertEquals(0, status, () -> out + "\n" + err);
    return out.toString();
  }
}
