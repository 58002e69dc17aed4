package dev.hone.jobs.quickstart;

import dev.hone.eval.SampledAnswers;
import dev.hone.formats.HoneException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What the newest finished run changed, as lines of text: right answers and perplexity before and
 * after, with the 95 % interval of what is after, and one answer for each set of questions.
 */
final class QuickstartReport {
  private static final int WIDTH = 110;
  private static final Pattern USER_TURN =
      Pattern.compile("<\\|im_start\\|>user\n(.*?)<\\|im_end\\|>", Pattern.DOTALL);

  private static final String NEWEST_RUN =
      "SELECT run_id FROM runs WHERE state = 'finished' ORDER BY started_at DESC LIMIT 1";

  private static final String MEASURED =
      """
      SELECT dataset, name, max(n) AS n, min_by(value, step) AS before, max_by(value, step) AS after,
        max_by(low, step) AS low, max_by(high, step) AS high
      FROM evals WHERE run_id = (%s)
        AND name IN ('exact_match', 'perplexity', 'sql_execution_accuracy', 'win_rate')
      GROUP BY dataset, name ORDER BY name, dataset
      """;

  /** What each share is called here. */
  private static final Map<String, String> SHARES =
      Map.of(
          "exact_match", "exact match",
          "sql_execution_accuracy", "right by execution",
          "win_rate", "better than before");

  /** A right answer where there is one, so that the example shows what was learned. */
  private static final String EXAMPLE =
      """
      WITH answers AS (
        SELECT dataset, ordinal, max_by(exact_match, step) AS right, any_value(prompt) AS prompt,
          min_by(completion, step) AS before, max_by(completion, step) AS after,
          any_value(reference) AS reference
        FROM generations WHERE run_id = (%s) AND dataset <> '%s' GROUP BY dataset, ordinal)
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
    for (Row row :
        spark.sql(EXAMPLE.formatted(NEWEST_RUN, SampledAnswers.DATASET)).collectAsList()) {
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
    String share = SHARES.get(row.getString(1));
    if (share == null) {
      String tokens = "%s perplexity (%d tokens)".formatted(row.getString(0), row.getLong(2));
      return String.format(
          Locale.ROOT, "%-36s %12.2f %12.2f", tokens, row.getDouble(3), row.getDouble(4));
    }
    String what = "%s %s (%d)".formatted(row.getString(0), share, row.getLong(2));
    boolean once = row.getString(1).equals("win_rate");
    String before = once ? "" : percent(row.getDouble(3)) + " %";
    String interval =
        row.isNullAt(5)
            ? ""
            : " (%s to %s)".formatted(percent(row.getDouble(5)), percent(row.getDouble(6)));
    return String.format(
        Locale.ROOT, "%-36s %12s %12s%s", what, before, percent(row.getDouble(4)) + " %", interval);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", 100 * share);
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
