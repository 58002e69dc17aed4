package dev.hone.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.ingest.tables.LocalSpark;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The three forms of a result, awkward values included. */
@Tag("spark")
class RowPrinterTest {

  private static String print(RowPrinter.Format format, String second) {
    SparkSession spark = LocalSpark.session(2, Map.of());
    Dataset<Row> rows =
        spark.sql(
            "SELECT * FROM VALUES (1, 'plain', array(1, 2)), (20, 'a \"b\", c\\nd', NULL)"
                + " AS t(n, "
                + second
                + ", a)");
    StringWriter out = new StringWriter();
    RowPrinter.print(rows, format, new PrintWriter(out));
    return out.toString();
  }

  @Test
  void aTableIsAligned() {
    assertEquals(
        " n  n            a\n 1  plain        [1, 2]\n20  a \"b\", c\\nd  NULL\n",
        print(RowPrinter.Format.table, "n"));
  }

  @Test
  void csvIsQuotedWhereItMustBe() {
    assertEquals(
        "n,n,a\n1,plain,\"[1, 2]\"\n20,\"a \"\"b\"\", c\nd\",\n",
        print(RowPrinter.Format.csv, "n"));
  }

  @Test
  void jsonIsOneObjectALine() {
    assertEquals(
        "{\"n\":1,\"m\":\"plain\",\"a\":[1,2]}\n{\"n\":20,\"m\":\"a \\\"b\\\", c\\nd\",\"a\":null}\n",
        print(RowPrinter.Format.json, "m"));
  }
}
