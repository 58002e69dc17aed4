package dev.hone.packing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.SampleRow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Brings the numbers of a finished preparation to what it holds without some documents: counted
 * from what is left, so that counting twice changes nothing. What {@code excess_length_strategy}
 * did to those documents stays counted, since no table says which of it was theirs.
 *
 * @param ids documents that its packs no longer hold, and samples, quarantine and documents perhaps
 *     still do
 */
record PrepRecount(PrepTables tables, Dataset<Row> ids) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Rewrites its rows in {@code prep_counts} and {@code preps}; a preparation cut off has none. */
  void run() {
    tables.finished().ifPresent(this::recount);
  }

  private void recount(PrepRow prep) {
    PrepTables.Packs packs = tables.packs();
    if (packs.train() == 0) {
      // Nothing is left to train on; hone prep makes it anew, and says so if it cannot.
      tables.replace(PrepRow.class, none(PrepRow.class));
      tables.replace(PrepCountRow.class, none(PrepCountRow.class));
      return;
    }
    PrepCounts counts = counts();
    List<String> datasets = datasets(prep.config());
    PrepRow now =
        new PrepRow(
            prep.prepId(),
            prep.config(),
            content(prep, datasets),
            prep.heldOutBelow(),
            counts.total(PrepCounts.DOCUMENTS),
            counts.total(PrepCounts.SAMPLES),
            counts.total(PrepCounts.REFUSED) + refusedByIngest(datasets),
            prep.truncated(),
            packs.train(),
            packs.eval(),
            packs.tokens(),
            packs.trainedTokens(),
            prep.droppedTokens(),
            packs.tokens() / ((packs.train() + packs.eval()) * sequenceLen(prep.config())),
            Instant.now().truncatedTo(ChronoUnit.MICROS));
    tables.replace(
        PrepCountRow.class,
        tables.warehouse().toDataset(PrepCountRow.class, counts.rows(prep.prepId())));
    tables.replace(PrepRow.class, tables.warehouse().toDataset(PrepRow.class, List.of(now)));
  }

  private <R extends Record> Dataset<Row> none(Class<R> table) {
    return tables.warehouse().toDataset(table, List.of());
  }

  private PrepCounts counts() {
    Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
    tables
        .counts()
        .byDataset()
        .forEach(
            (dataset, numbers) -> {
              Map<String, Long> now = new LinkedHashMap<>(numbers);
              List.of(
                      PrepCounts.DOCUMENTS,
                      PrepCounts.ACCEPTED,
                      PrepCounts.REFUSED,
                      PrepCounts.SAMPLES,
                      PrepCounts.TOKENS,
                      PrepCounts.TRAINED_TOKENS,
                      PrepCounts.UNTRAINED_ENDS,
                      PrepCounts.UNTRAINED_END_SAMPLES)
                  .forEach(name -> now.put(name, 0L));
              counts.put(dataset, now);
            });
    for (Row row :
        left(tables.read(SampleRow.class))
            .groupBy("dataset")
            .agg(
                count_if(col("piece").equalTo(0)),
                count(lit(1)),
                sum("length"),
                sum("trained_tokens"),
                sum("untrained_ends"),
                count_if(col("untrained_ends").gt(0)))
            .collectAsList()) {
      Map<String, Long> numbers = counts.get(row.getString(0));
      numbers.merge(PrepCounts.DOCUMENTS, row.getLong(1), Long::sum);
      numbers.put(PrepCounts.ACCEPTED, row.getLong(1));
      numbers.put(PrepCounts.SAMPLES, row.getLong(2));
      numbers.put(PrepCounts.TOKENS, row.getLong(3));
      numbers.put(PrepCounts.TRAINED_TOKENS, row.getLong(4));
      numbers.put(PrepCounts.UNTRAINED_ENDS, row.getLong(5));
      numbers.put(PrepCounts.UNTRAINED_END_SAMPLES, row.getLong(6));
    }
    counts.forEach(this::countMixed);
    for (Row row :
        left(tables.read(QuarantineRow.class)).groupBy("dataset").count().collectAsList()) {
      Map<String, Long> numbers = counts.get(row.getString(0));
      numbers.merge(PrepCounts.DOCUMENTS, row.getLong(1), Long::sum);
      numbers.put(PrepCounts.REFUSED, row.getLong(1));
    }
    counts.forEach(this::countNotSampled);
    return new PrepCounts(counts);
  }

  /** What is left of a mix; what there was before it stays counted. */
  private void countMixed(String dataset, Map<String, Long> numbers) {
    if (numbers.containsKey(PrepCounts.MIXED_ROWS)) {
      Row mixed =
          left(tables.read(SampleRow.class))
              .where(col("dataset").equalTo(dataset).and(col("split").equalTo(Split.TRAIN)))
              .agg(count_distinct(col("position")), coalesce(sum("length"), lit(0L)))
              .head();
      numbers.put(PrepCounts.MIXED_ROWS, mixed.getLong(0));
      numbers.put(PrepCounts.MIXED_TOKENS, mixed.getLong(1));
    }
  }

  /**
   * Where num_samples or a weight left documents out: all that are in no sample and were not
   * refused.
   */
  private void countNotSampled(String dataset, Map<String, Long> numbers) {
    if (numbers.getOrDefault(PrepCounts.NOT_SAMPLED, 0L) > 0) {
      Dataset<Row> documents = tables.warehouse().read(DocumentRow.class);
      long all = left(documents.where(col("dataset").equalTo(dataset))).count();
      numbers.put(PrepCounts.NOT_SAMPLED, all - numbers.get(PrepCounts.DOCUMENTS));
      numbers.put(PrepCounts.DOCUMENTS, all);
    }
  }

  private Dataset<Row> left(Dataset<Row> rows) {
    return rows.join(ids, new String[] {"record_id"}, "left_anti");
  }

  private long refusedByIngest(List<String> datasets) {
    return left(tables
            .warehouse()
            .read(QuarantineRow.class)
            .where(col("stage").equalTo("ingest").and(col("dataset").isin(datasets.toArray()))))
        .count();
  }

  /**
   * What the packs hold now, if they held all documents. Otherwise they lag behind anyhow, and the
   * next preparation finds out by itself what is missing.
   */
  private Optional<String> content(PrepRow prep, List<String> datasets) {
    Dataset<Row> documents = tables.warehouse().read(DocumentRow.class);
    String all = PrepIdentity.content(datasets, DocumentSources.of(documents, datasets));
    return prep.content().equals(Optional.of(all))
        ? Optional.of(PrepIdentity.content(datasets, DocumentSources.of(left(documents), datasets)))
        : prep.content();
  }

  /** The datasets of a preparation, in its order. */
  private static List<String> datasets(String config) {
    List<String> names = new ArrayList<>();
    for (String key : List.of("datasets", "test_datasets")) {
      parsed(config).path(key).forEach(entry -> names.add(entry.path("name").asText()));
    }
    return names;
  }

  private static double sequenceLen(String config) {
    return parsed(config).path("sequence_len").asDouble();
  }

  private static JsonNode parsed(String config) {
    try {
      return JSON.readTree(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("preps.config is no JSON: " + config, e);
    }
  }
}
