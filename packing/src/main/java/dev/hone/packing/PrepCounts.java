package dev.hone.packing;

import dev.hone.formats.tables.PrepCountRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of each dataset, number by number: table {@code prep_counts}.
 *
 * @param byDataset dataset, then name of the number
 */
record PrepCounts(Map<String, Map<String, Long>> byDataset) {
  static final String DOCUMENTS = "documents";
  static final String ACCEPTED = "accepted";
  static final String REFUSED = "refused";

  /** Documents that neither {@code num_samples} nor the weight of their dataset chose. */
  static final String NOT_SAMPLED = "not_sampled";

  /** Documents to train on, before they were mixed, and tokens of them. */
  static final String MIX_ROWS = "mix_rows";

  static final String MIX_TOKENS = "mix_tokens";

  /** Documents in the mix, every copy counted, and tokens of all copies. */
  static final String MIXED_ROWS = "mixed_rows";

  static final String MIXED_TOKENS = "mixed_tokens";

  static final String SAMPLES = "samples";
  static final String TOKENS = "tokens";
  static final String TRAINED_TOKENS = "trained_tokens";

  /** Tokens of refused documents, and those that a strategy left out of accepted ones. */
  static final String DROPPED_TOKENS = "dropped_tokens";

  static final String TRUNCATED_DOCUMENTS = "truncated_documents";
  static final String SPLIT_DOCUMENTS = "split_documents";
  static final String SPLIT_SAMPLES = "split_samples";
  static final String WRAPPED_DOCUMENTS = "wrapped_documents";
  static final String WRAPPED_SAMPLES = "wrapped_samples";
  static final String DROPPED_PIECES = "dropped_pieces";

  /** See {@link Fitted.Loss#targets}. */
  static final String UNPREDICTED_TOKENS = "unpredicted_tokens";

  static final String SHORTENED_DOCUMENTS = "shortened_documents";
  static final String DROPPED_TURNS = "dropped_turns";
  static final String UNTRAINED_ENDS = "untrained_ends";
  static final String UNTRAINED_END_SAMPLES = "untrained_end_samples";

  static PrepCounts of(List<PrepCountRow> rows) {
    Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
    rows.forEach(
        row ->
            counts
                .computeIfAbsent(row.dataset(), dataset -> new LinkedHashMap<>())
                .put(row.name(), row.value()));
    return new PrepCounts(counts);
  }

  /** Documents that were not chosen, by dataset: read, and in no pack. */
  static PrepCounts notSampled(Map<String, Long> documents) {
    Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
    documents.forEach(
        (dataset, number) -> counts.put(dataset, Map.of(DOCUMENTS, number, NOT_SAMPLED, number)));
    return new PrepCounts(counts);
  }

  List<PrepCountRow> rows(String prepId) {
    List<PrepCountRow> rows = new ArrayList<>();
    byDataset.forEach(
        (dataset, numbers) ->
            numbers.forEach(
                (name, value) -> rows.add(new PrepCountRow(prepId, dataset, name, value))));
    return rows;
  }

  /** Both together. */
  PrepCounts plus(PrepCounts other) {
    Map<String, Map<String, Long>> sum = new LinkedHashMap<>();
    for (PrepCounts counts : List.of(this, other)) {
      counts.byDataset.forEach(
          (dataset, numbers) -> {
            Map<String, Long> into = sum.computeIfAbsent(dataset, d -> new LinkedHashMap<>());
            numbers.forEach((name, value) -> into.merge(name, value, Long::sum));
          });
    }
    return new PrepCounts(sum);
  }

  /** One number; 0 if the dataset has no document. */
  long of(String dataset, String name) {
    return byDataset.getOrDefault(dataset, Map.of()).getOrDefault(name, 0L);
  }

  /** A number over all datasets. */
  long total(String name) {
    return byDataset.keySet().stream().mapToLong(dataset -> of(dataset, name)).sum();
  }

  /** A number by dataset, where it is above 0. */
  Map<String, Long> positive(String name) {
    Map<String, Long> positive = new LinkedHashMap<>();
    byDataset
        .keySet()
        .forEach(
            dataset -> {
              if (of(dataset, name) > 0) {
                positive.put(dataset, of(dataset, name));
              }
            });
    return positive;
  }

  /**
   * What was done to the documents of each dataset beyond refusing them, for a report: {@code books
   * (dataset): 2 documents split into 9 samples}.
   */
  List<String> effects() {
    List<String> lines = new ArrayList<>();
    for (String dataset : byDataset.keySet()) {
      List<String> parts = new ArrayList<>();
      add(parts, dataset, NOT_SAMPLED, "documents left out by num_samples or weight");
      if (of(dataset, SPLIT_DOCUMENTS) > 0) {
        parts.add(
            "%d documents split into %d samples"
                .formatted(of(dataset, SPLIT_DOCUMENTS), of(dataset, SPLIT_SAMPLES)));
      }
      if (of(dataset, WRAPPED_DOCUMENTS) > 0) {
        parts.add(
            "%d documents cut at the end of a pack into %d samples"
                .formatted(of(dataset, WRAPPED_DOCUMENTS), of(dataset, WRAPPED_SAMPLES)));
      }
      add(parts, dataset, DROPPED_PIECES, "pieces without a trained token left out");
      add(parts, dataset, UNPREDICTED_TOKENS, "tokens first in a piece and so not trained");
      add(parts, dataset, TRUNCATED_DOCUMENTS, "documents truncated");
      if (of(dataset, SHORTENED_DOCUMENTS) > 0) {
        parts.add(
            "%d conversations shortened by %d turns"
                .formatted(of(dataset, SHORTENED_DOCUMENTS), of(dataset, DROPPED_TURNS)));
      }
      add(parts, dataset, UNTRAINED_ENDS, "trained turns without an end-of-turn token (allowed)");
      if (!parts.isEmpty()) {
        add(parts, dataset, DROPPED_TOKENS, "tokens dropped, with those of refused documents");
        lines.add("dataset %s: %s".formatted(dataset, String.join(", ", parts)));
      }
    }
    return lines;
  }

  private void add(List<String> parts, String dataset, String name, String said) {
    if (of(dataset, name) > 0) {
      parts.add(of(dataset, name) + " " + said);
    }
  }
}
