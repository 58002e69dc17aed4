package dev.hone.packing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What came in and what became of it, in records and in tokens: every document is a sample or
 * refused with a reason, every token is kept or dropped.
 *
 * @param entries one for each dataset and outcome
 */
record Accounts(List<Entry> entries) {

  /**
   * The documents of a dataset with one outcome.
   *
   * @param reason why they were refused; empty: they became samples
   * @param tokens of the whole documents
   * @param keptTokens of the samples
   * @param truncated how many were cut
   */
  record Entry(
      String dataset,
      Optional<String> reason,
      long records,
      long tokens,
      long keptTokens,
      long truncated) {}

  /** Adds up what {@link EncodeStage} made. */
  static Accounts of(Dataset<Row> encoded) {
    return new Accounts(
        encoded
            .groupBy("dataset", "reason")
            .agg(
                count(lit(1)),
                sum("tokens"),
                sum("length"),
                sum(
                    when(col("reason").isNull().and(col("tokens").gt(col("length"))), 1L)
                        .otherwise(0L)))
            .collectAsList()
            .stream()
            .map(
                row ->
                    new Entry(
                        row.getString(0),
                        Optional.ofNullable(row.getString(1)),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5)))
            .toList());
  }

  long documents() {
    return total(Entry::records);
  }

  long samples() {
    return total(entry -> entry.reason().isEmpty() ? entry.records() : 0);
  }

  long refused() {
    return documents() - samples();
  }

  long keptTokens() {
    return total(Entry::keptTokens);
  }

  /** Tokens of refused documents, and tokens that truncation cut off. */
  long droppedTokens() {
    return total(Entry::tokens) - keptTokens();
  }

  long truncated() {
    return total(Entry::truncated);
  }

  /** {@code too_long 100, no_trained_token 20}: reasons by falling count. */
  String reasons() {
    Map<String, Long> counts = new TreeMap<>();
    entries.forEach(
        entry ->
            entry.reason().ifPresent(reason -> counts.merge(reason, entry.records(), Long::sum)));
    return counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(reason -> reason.getKey() + " " + reason.getValue())
        .collect(Collectors.joining(", "));
  }

  private long total(ToLongFunction<Entry> part) {
    return entries.stream().mapToLong(part).sum();
  }
}
