package dev.hone.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A tiny model, a corpus of a few lines in four formats, and a configuration that uses them. */
public final class PipelineFiles {
  private PipelineFiles() {}

  /** Writes everything into a folder; returns the configuration. */
  static Path write(Path folder) throws IOException {
    copyModel(folder.resolve("model"));
    Files.writeString(
        folder.resolve("chat.jsonl"),
        lines(
                12,
                "{\"conversations\": [{\"from\": \"human\", \"value\": \"What is %d and one?\"}, {\"from\":"
                    + " \"gpt\", \"value\": \"One more.\"}]}")
            + "{broken\n");
    Files.writeString(
        folder.resolve("facts.jsonl"),
        lines(6, "{\"instruction\": \"Say %d\", \"input\": \"\", \"output\": \"A number.\"}"));
    Files.writeString(
        folder.resolve("plain.jsonl"), lines(4, "{\"text\": \"Line %d of plain text.\"}"));
    Files.writeString(
        folder.resolve("qa.jsonl"),
        lines(3, "{\"prompt\": \"What is %d and one?\", \"answer\": \"One more.\"}"));
    return Files.writeString(
        folder.resolve("config.yaml"),
        """
        base_model: %1$s/model
        adapter: lora
        lora_r: 4
        lora_alpha: 8
        datasets:
          - {path: %1$s/chat.jsonl, type: sharegpt}
          - {path: %1$s/facts.jsonl, type: alpaca, chat_template: chatml}
        test_datasets:
          - {path: %1$s/plain.jsonl, type: completion}
        exact_match_datasets:
          - {path: %1$s/qa.jsonl, max_new_tokens: 4}
        sequence_len: 128
        sample_packing: true
        learning_rate: 1e-3
        max_steps: 3
        logging_steps: 1
        output_dir: %1$s/out
        warehouse: %1$s/warehouse
        run_id: smoke
        hub_token: ${PLANTED}
        tags: {owner: "${PLANTED}"}
        report_to: [jsonl, tensorboard, wandb]
        wandb_mode: offline
        logging_dir: %1$s/logs
        """
            .formatted(folder));
  }

  /** Copies the tiny model. */
  public static void copyModel(Path target) throws IOException {
    Path source =
        Path.of(
            System.getProperty("hone.repository"),
            "training/src/test/resources/parity/llama/model");
    Files.createDirectory(target);
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
  }

  private static String lines(int count, String format) {
    return IntStream.range(0, count)
        .mapToObj(i -> format.formatted(i) + "\n")
        .collect(Collectors.joining());
  }
}
