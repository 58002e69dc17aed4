package dev.hone.jobs.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.jobs.Hone;
import dev.hone.jobs.Sessions;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.packing.Preview;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hone preview CONFIG}: the first samples of each dataset; no table is written. */
@Command(
    name = "preview",
    description = "Shows the first samples of each dataset as training will see them.",
    mixinStandardHelpOptions = true)
final class PreviewCommand implements Callable<Integer> {
  /** The values of {@code --format}. */
  enum Format {
    text,
    json
  }

  @Mixin ConfigOptions options;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "3",
      description = "Samples of each dataset (default: ${DEFAULT-VALUE}).")
  int rows;

  @Option(
      names = "--format",
      defaultValue = "text",
      description =
          "${COMPLETION-CANDIDATES}: for people, trained text in brackets; one JSON object a line with"
              + " dataset, row, text, input_ids, loss_weights; piece after the first of a record, answer where answers are compared (default: ${DEFAULT-VALUE}).")
  Format format;

  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (rows < 1) {
      throw new HoneException("--rows is " + rows + "; use 1 or more");
    }
    HoneConfig config = options.read(root.environment, err);
    try (SparkSession spark = Sessions.open(root.verbose)) {
      Preview preview = Hone.preview(spark, config, rows, ConfigOptions.notices(err));
      preview
          .samples()
          .forEach(line -> out.println(format == Format.json ? json(line) : text(line)));
      preview
          .refused()
          .forEach(
              row ->
                  err.println(
                      "refused: dataset %s row %d: %s: %s"
                          .formatted(row.dataset(), row.row(), row.reason(), row.message())));
    }
    return 0;
  }

  static String json(Preview.Line line) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("dataset", line.dataset());
    json.put("row", line.row());
    if (line.piece() > 0) {
      json.put("piece", line.piece());
    }
    line.answer().ifPresent(answer -> json.put("answer", answer));
    json.put("text", line.text());
    for (int id : line.inputIds()) {
      json.withArray("input_ids").add(id);
    }
    for (float weight : line.lossWeights()) {
      json.withArray("loss_weights").add(weight);
    }
    return json.toString();
  }

  private static String text(Preview.Line line) {
    long trained = 0;
    for (float weight : line.lossWeights()) {
      trained += weight > 0 ? 1 : 0;
    }
    String piece = line.piece() == 0 ? "" : ", piece " + line.piece();
    String answer = line.answer().map(which -> ", " + which).orElse("");
    return "--- %s, row %d%s%s: %d tokens, %d trained%n%s"
        .formatted(
            line.dataset(),
            line.row(),
            piece,
            answer,
            line.inputIds().length,
            trained,
            line.marked());
  }
}
