package dev.hone.packing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What came in and what became of it: every document gives samples or is refused with a reason, and
 * what its samples leave out is counted.
 *
 * @param counts by dataset, in the order of the configuration
 * @param refused documents by reason
 */
record Accounts(PrepCounts counts, Map<String, Long> refused) {

  /** Adds up what {@link EncodeStage} made. */
  static Accounts of(Dataset<Row> encoded, List<PrepDataset> datasets) {
    Column accepted = col("reason").isNull();
    // Numbers of the whole document are on its first row alone.
    Column document = col("piece").equalTo(0);
    Map<String, Column> sums = new LinkedHashMap<>();
    sums.put(PrepCounts.DOCUMENTS, number(document));
    sums.put(PrepCounts.ACCEPTED, number(document.and(accepted)));
    sums.put(PrepCounts.REFUSED, number(col("reason").isNotNull()));
    sums.put(PrepCounts.SAMPLES, number(accepted));
    sums.put(PrepCounts.TOKENS, sum("length"));
    sums.put(PrepCounts.TRAINED_TOKENS, sum("trained_tokens"));
    sums.put(PrepCounts.DROPPED_TOKENS, sum("dropped_tokens"));
    sums.put(PrepCounts.TRUNCATED_DOCUMENTS, number(document.and(applied(ExcessLength.TRUNCATE))));
    sums.put(PrepCounts.SPLIT_DOCUMENTS, number(document.and(applied(ExcessLength.SPLIT))));
    sums.put(PrepCounts.SPLIT_SAMPLES, number(applied(ExcessLength.SPLIT)));
    sums.put(PrepCounts.WRAPPED_DOCUMENTS, number(document.and(applied(EncodedRows.WRAPPED))));
    sums.put(PrepCounts.WRAPPED_SAMPLES, number(applied(EncodedRows.WRAPPED)));
    sums.put(PrepCounts.DROPPED_PIECES, sum("dropped_pieces"));
    sums.put(PrepCounts.UNPREDICTED_TOKENS, sum("unpredicted_tokens"));
    sums.put(
        PrepCounts.SHORTENED_DOCUMENTS,
        number(document.and(applied(ExcessLength.KEEP_LAST_TURNS))));
    sums.put(PrepCounts.DROPPED_TURNS, sum("dropped_turns"));
    sums.put(PrepCounts.UNTRAINED_ENDS, sum("untrained_ends"));
    sums.put(PrepCounts.UNTRAINED_END_SAMPLES, number(col("untrained_ends").gt(0)));
    Column[] columns = sums.values().toArray(Column[]::new);
    List<String> names = List.copyOf(sums.keySet());

    Map<String, Long> refused = new TreeMap<>();
    Map<String, Map<String, Long>> byDataset = new LinkedHashMap<>();
    datasets.forEach(dataset -> byDataset.put(dataset.name(), new LinkedHashMap<>()));
    for (Row row :
        encoded
            .groupBy("dataset", "reason")
            .agg(columns[0], Arrays.copyOfRange(columns, 1, columns.length))
            .collectAsList()) {
      Map<String, Long> numbers = byDataset.get(row.getString(0));
      for (int i = 0; i < names.size(); i++) {
        numbers.merge(names.get(i), row.getLong(2 + i), Long::sum);
      }
      if (!row.isNullAt(1)) {
        refused.merge(row.getString(1), row.getLong(2), Long::sum);
      }
    }
    byDataset.values().removeIf(Map::isEmpty);
    return new Accounts(new PrepCounts(byDataset), refused);
  }

  private static Column applied(ExcessLength strategy) {
    return applied(strategy.key());
  }

  private static Column applied(String what) {
    return col("applied").eqNullSafe(what);
  }

  private static Column number(Column condition) {
    return sum(when(condition, 1L).otherwise(0L));
  }

  long documents() {
    return counts.total(PrepCounts.DOCUMENTS);
  }

  long samples() {
    return counts.total(PrepCounts.SAMPLES);
  }

  /** {@code too_long 100, no_trained_token 20}: reasons by falling count. */
  String reasons() {
    return refused.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(reason -> reason.getKey() + " " + reason.getValue())
        .collect(Collectors.joining(", "));
  }
}
