package dev.hone.jobs.notebook;

import dev.hone.jobs.report.Comparison;
import dev.hone.jobs.ui.Html;
import dev.hone.packing.Preview;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;

/**
 * What a notebook's cell shows, as HTML.
 *
 * <pre>{@code
 * display(Pictures.samples(hone.preview(2)), "text/html");
 * display(Pictures.table(hone.sql("SELECT * FROM run_summary")), "text/html");
 * display(Pictures.comparison(hone.compare("monday", "tuesday")), "text/html");
 * }</pre>
 */
public final class Pictures {
  /** Rows of a table that are shown. */
  private static final int ROWS = 100;

  private static final int WIDEST = 400;

  private Pictures() {}

  /**
   * Samples token by token, trained tokens in colour, and what was refused on the way with its
   * reason. The number of a token and a weight other than 1 are shown under the pointer.
   */
  public static String samples(Preview preview) {
    StringBuilder html = new StringBuilder();
    preview.samples().forEach(line -> html.append(SampleHtml.of(line)));
    if (!preview.refused().isEmpty()) {
      html.append("<p class=\"note\">Refused on the way:</p>");
      html.append(
          table(
              List.of("dataset", "#row", "reason", "what is wrong"),
              preview.refused().stream()
                  .map(
                      row ->
                          List.of(
                              row.dataset(),
                              String.valueOf(row.row()),
                              row.reason(),
                              row.message()))
                  .toList()));
    }
    return Fragment.of(html.toString());
  }

  /** Rows of a query, the first hundred of them; a long text is cut. */
  public static String table(Dataset<Row> rows) {
    StructField[] fields = rows.schema().fields();
    List<String> columns =
        Arrays.stream(fields)
            .map(field -> (isNumber(field) ? "#" : "") + field.name())
            .collect(Collectors.toList());
    // By position: a query may give two columns one name.
    String[] names =
        IntStream.range(0, fields.length).mapToObj(i -> "c" + i).toArray(String[]::new);
    Column[] shown =
        IntStream.range(0, fields.length)
            .mapToObj(
                i ->
                    isNumber(fields[i])
                        ? functions.col(names[i])
                        : functions.col(names[i]).cast("string"))
            .toArray(Column[]::new);
    List<Row> found = rows.toDF(names).select(shown).limit(ROWS + 1).collectAsList();
    String more =
        found.size() > ROWS
            ? "<p class=\"note\">The first %d rows; there are more.</p>".formatted(ROWS)
            : "";
    return Fragment.of(
        table(columns, found.stream().limit(ROWS).map(Pictures::cells).toList()) + more);
  }

  /** Two runs side by side: their curves, where they differ, and what came of it. */
  public static String comparison(Comparison compared) {
    return Fragment.of(compared.html());
  }

  private static boolean isNumber(StructField field) {
    return field.dataType() instanceof NumericType;
  }

  private static List<String> cells(Row row) {
    return IntStream.range(0, row.size()).mapToObj(i -> cell(row.get(i))).toList();
  }

  /** Example: 12345 is 12,345, and 0.123456 is 0.1235. */
  static String cell(Object value) {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof Long || value instanceof Integer) {
      return Html.count(((Number) value).longValue());
    }
    if (value instanceof Number number) {
      return Html.number(number.doubleValue());
    }
    String text = value.toString();
    return text.length() > WIDEST ? text.substring(0, WIDEST - 3) + "..." : text;
  }

  /**
   * @param columns those of numbers after a {@code #}
   */
  private static String table(List<String> columns, List<List<String>> rows) {
    StringBuilder html = new StringBuilder("<div class=\"wide\"><table><thead><tr>");
    List<Boolean> numbers = columns.stream().map(name -> name.startsWith("#")).toList();
    for (int i = 0; i < columns.size(); i++) {
      html.append(numbers.get(i) ? "<th class=\"n\">" : "<th>")
          .append(Html.text(columns.get(i).replaceFirst("^#", "")))
          .append("</th>");
    }
    html.append("</tr></thead><tbody>");
    for (List<String> row : rows) {
      html.append("<tr>");
      for (int i = 0; i < row.size(); i++) {
        String text = Html.text(row.get(i));
        html.append(numbers.get(i) ? "<td class=\"n\">" + text + "</td>" : "<td>" + text + "</td>");
      }
      html.append("</tr>");
    }
    return html.append("</tbody></table></div>").toString();
  }
}
