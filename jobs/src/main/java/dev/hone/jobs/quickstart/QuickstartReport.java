package dev.hone.jobs.quickstart;

import dev.hone.formats.HoneException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What the newest finished run changed, as lines of text: exact match and perplexity before and
 * after, and one answer for each set of questions.
 */
final class QuickstartReport {
  private static final int WIDTH = 110;
  private static final Pattern USER_TURN =
      Pattern.compile("<\\|im_start\\|>user\n(.*?)<\\|im_end\\|>", Pattern.DOTALL);

  private static final String NEWEST_RUN =
      "SELECT run_id FROM runs WHERE state = 'finished' ORDER BY started_at DESC LIMIT 1";

  private static final String MEASURED =
      """
      SELECT dataset, name, max(n) AS n, min_by(value, step) AS before, max_by(value, step) AS after
      FROM evals WHERE run_id = (%s) AND name IN ('exact_match', 'perplexity')
      GROUP BY dataset, name ORDER BY name, dataset
      """;

  /** A right answer where there is one, so that the example shows what was learned. */
  private static final String EXAMPLE =
      """
      WITH answers AS (
        SELECT dataset, ordinal, max_by(exact_match, step) AS right, any_value(prompt) AS prompt,
          min_by(completion, step) AS before, max_by(completion, step) AS after,
          any_value(reference) AS reference
        FROM generations WHERE run_id = (%s) GROUP BY dataset, ordinal)
      SELECT dataset, max_by(struct(prompt, before, after, reference), struct(right, -ordinal)) AS shown
      FROM answers GROUP BY dataset ORDER BY dataset
      """;

  private QuickstartReport() {}

  /**
   * The report.
   *
   * @param spark a session to which the warehouse's tables are known by name
   * @throws HoneException if no run has finished
   */
  static List<String> lines(SparkSession spark) {
    List<Row> runs = spark.sql(NEWEST_RUN).collectAsList();
    if (runs.isEmpty()) {
      throw new HoneException(
          "no run of this warehouse has finished, so there is nothing to report; start one with hone"
              + " run");
    }
    String title = "run " + runs.get(0).getString(0);
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, "%-36s %12s %12s", title, "before", "after"));
    for (Row row : spark.sql(MEASURED.formatted(NEWEST_RUN)).collectAsList()) {
      lines.add(measured(row));
    }
    for (Row row : spark.sql(EXAMPLE.formatted(NEWEST_RUN)).collectAsList()) {
      Row shown = row.getStruct(1);
      lines.add("");
      lines.add("An answer of " + row.getString(0) + ":");
      lines.add("  asked     " + oneLine(question(shown.getString(0))));
      lines.add("  before    " + oneLine(shown.getString(1)));
      lines.add("  after     " + oneLine(shown.getString(2)));
      lines.add("  expected  " + oneLine(shown.getString(3)));
    }
    return lines;
  }

  private static String measured(Row row) {
    boolean exactMatch = row.getString(1).equals("exact_match");
    String what =
        "%s %s (%d %s)"
            .formatted(
                row.getString(0),
                exactMatch ? "exact match" : "perplexity",
                row.getLong(2),
                exactMatch ? "questions" : "tokens");
    String format = exactMatch ? "%-36s %10.1f %% %10.1f %%" : "%-36s %12.2f %12.2f";
    double scale = exactMatch ? 100 : 1;
    return String.format(
        Locale.ROOT, format, what, scale * row.getDouble(3), scale * row.getDouble(4));
  }

  /** What the user said in a rendered ChatML prompt; any other prompt as it is. */
  private static String question(String prompt) {
    Matcher user = USER_TURN.matcher(prompt);
    return user.find() ? user.group(1) : prompt;
  }

  private static String oneLine(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 3) + "...";
  }
}
