package dev.hone.ingest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;

import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.stat.Summarizer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How long the documents of a dataset are, before any tokenizer has seen them: what tells a person
 * whether {@code sequence_len} is in the right range.
 *
 * @param characters characters of the normalised record
 * @param turns messages of a conversation; 1 for any other document
 */
public record TextStatistics(Summary characters, Summary turns) {

  /**
   * One number over all documents.
   *
   * @param std the sample standard deviation; 0 for one document
   */
  public record Summary(double mean, double std, double min, double max) {}

  /**
   * Summarises both numbers in one pass.
   *
   * @param documents at least one row, with columns {@code record} and {@code turns}
   */
  static TextStatistics of(Dataset<Row> documents) {
    Row row =
        documents
            .select(
                functions
                    .array_to_vector(
                        array(length(col("record")).cast("double"), col("turns").cast("double")))
                    .as("numbers"))
            .select(
                Summarizer.metrics("mean", "std", "min", "max")
                    .summary(col("numbers"))
                    .as("summary"))
            .select("summary.*")
            .head();
    return new TextStatistics(summary(row, 0), summary(row, 1));
  }

  private static Summary summary(Row row, int number) {
    return new Summary(
        row.<Vector>getAs("mean").apply(number),
        row.<Vector>getAs("std").apply(number),
        row.<Vector>getAs("min").apply(number),
        row.<Vector>getAs("max").apply(number));
  }
}
