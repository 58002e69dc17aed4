package dev.hone.jobs.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;

/** Prints rows for people, spreadsheets and programs. */
final class RowPrinter {
  private static final int WIDEST = 100;

  private RowPrinter() {}

  /** The values of {@code --format}. */
  enum Format {
    table,
    csv,
    json
  }

  static void print(Dataset<Row> rows, Format format, PrintWriter out) {
    switch (format) {
      case table -> table(rows, out);
      case csv -> csv(rows, out);
      case json -> json(rows, out);
    }
    out.flush();
  }

  private static void json(Dataset<Row> rows, PrintWriter out) {
    // Every object has every column: a program should not have to know which may be null.
    Map<String, String> options = Map.of("ignoreNullFields", "false");
    Column object = functions.to_json(functions.struct(functions.col("*")), options);
    rows.select(object).toLocalIterator().forEachRemaining(row -> out.println(row.getString(0)));
  }

  private static void table(Dataset<Row> rows, PrintWriter out) {
    StructField[] fields = rows.schema().fields();
    List<List<String>> lines = new ArrayList<>();
    lines.add(Arrays.stream(fields).map(StructField::name).toList());
    texts(rows).forEach(row -> lines.add(row.stream().map(RowPrinter::cell).toList()));
    int[] widths = new int[fields.length];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - line.get(i).length());
        boolean right = fields[i].dataType() instanceof NumericType;
        text.append(i == 0 ? "" : "  ")
            .append(right ? padding + line.get(i) : line.get(i) + padding);
      }
      out.println(text.toString().stripTrailing());
    }
  }

  private static void csv(Dataset<Row> rows, PrintWriter out) {
    out.println(
        Arrays.stream(rows.schema().fieldNames())
            .map(RowPrinter::quoted)
            .collect(Collectors.joining(",")));
    texts(rows)
        .forEach(
            row ->
                out.println(
                    row.stream()
                        .map(value -> value == null ? "" : quoted(value))
                        .collect(Collectors.joining(","))));
  }

  /** Every value as text; SQL's own cast knows timestamps, arrays and structs. Null stays null. */
  private static List<List<String>> texts(Dataset<Row> rows) {
    // By position: a query may give two columns one name.
    StructField[] fields = rows.schema().fields();
    String[] names =
        IntStream.range(0, fields.length).mapToObj(i -> "c" + i).toArray(String[]::new);
    Column[] columns =
        IntStream.range(0, fields.length)
            .mapToObj(i -> text(names[i], fields[i].dataType()))
            .toArray(Column[]::new);
    List<List<String>> texts = new ArrayList<>();
    for (Row row : rows.toDF(names).select(columns).collectAsList()) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        values.add(row.getString(i));
      }
      texts.add(values);
    }
    return texts;
  }

  private static Column text(String name, DataType type) {
    Column column = functions.col(name);
    return type.typeName().equals("binary") ? functions.base64(column) : column.cast("string");
  }

  private static String cell(String value) {
    if (value == null) {
      return "NULL";
    }
    String line = value.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t");
    return line.length() > WIDEST ? line.substring(0, WIDEST - 3) + "..." : line;
  }

  private static String quoted(String value) {
    boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? value : "\"" + value.replace("\"", "\"\"") + "\"";
  }
}
