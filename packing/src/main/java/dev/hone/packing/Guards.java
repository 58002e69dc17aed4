package dev.hone.packing;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.QuarantineRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Stops a preparation that would train on less than it seems to. Asked again when a finished
 * preparation is reused: whoever did not allow something must not get it from somebody who did.
 */
record Guards(PrepTables tables, PrepSpec spec) {
  private static final String SEE =
      "hone sql --warehouse %s \"SELECT dataset, source, ordinal, message FROM quarantine WHERE prep_id = '%s' AND reason = '%s'\"";

  /**
   * Checks all guards that are not allowed.
   *
   * @param refusals of quarantine, where the refused records are already
   * @param untrained samples with untrained ends, columns dataset, source, ordinal
   * @throws HoneException naming every guard that is hurt, with counts, the first record and the
   *     cure
   */
  void check(
      List<PrepReport.Refusals> refusals, PrepCounts counts, Supplier<Dataset<Row>> untrained) {
    List<String> problems = new ArrayList<>();
    if (!spec.allowed().contains(Guard.NO_TRAINED_TOKEN)) {
      Map<String, Long> records =
          refusals.stream()
              .filter(r -> r.stage().equals("prep") && r.reason().equals(reason()))
              .collect(
                  Collectors.toMap(PrepReport.Refusals::dataset, PrepReport.Refusals::records));
      if (!records.isEmpty()) {
        problems.add(noTrainedToken(records, counts));
      }
    }
    Map<String, Long> ends = counts.positive(PrepCounts.UNTRAINED_ENDS);
    if (!spec.allowed().contains(Guard.UNTRAINED_EOT) && !ends.isEmpty()) {
      problems.add(untrainedEnds(ends, counts, untrained.get()));
    }
    if (!problems.isEmpty()) {
      throw new HoneException(String.join("\n", problems));
    }
  }

  private static String reason() {
    return Guard.NO_TRAINED_TOKEN.key();
  }

  private String noTrainedToken(Map<String, Long> records, PrepCounts counts) {
    Row first =
        first(
            tables.read(QuarantineRow.class).where(col("reason").equalTo(reason())),
            records,
            "message");
    return "no trained token in %s, of which nothing would be learned: %s; the first is %s: %s. All of them: %s. Correct the rows or the mask keys (roles_to_train, train_on_inputs, field names), or leave such rows out with allow: [%s]"
        .formatted(
            counted(total(records), "record"),
            perDataset(records, counts, PrepCounts.DOCUMENTS),
            place(first),
            first.getString(3),
            SEE.formatted(tables.warehouse().shown(), tables.prepId(), reason()),
            reason());
  }

  private String untrainedEnds(Map<String, Long> ends, PrepCounts counts, Dataset<Row> untrained) {
    Map<String, Long> samples = counts.positive(PrepCounts.UNTRAINED_END_SAMPLES);
    return "no end-of-turn token after %s in %s, so a model would not learn where to stop: %s; the first is %s; hone preview shows its tokens. If the chat template ends turns with a token that is neither special nor the eos_token, name it in eot_tokens; if it ends them with none, use another chat_template; to train them as they are: allow: [%s]"
        .formatted(
            counted(total(ends), "trained turn"),
            counted(total(samples), "sample"),
            perDataset(samples, counts, PrepCounts.SAMPLES),
            place(first(untrained, ends)),
            Guard.UNTRAINED_EOT.key());
  }

  /** The first record in the order of the configuration. */
  private Row first(Dataset<Row> rows, Map<String, Long> datasets, String... more) {
    String dataset =
        spec.allDatasets().stream()
            .map(PrepDataset::name)
            .filter(datasets::containsKey)
            .findFirst()
            .orElseThrow();
    List<String> columns = new ArrayList<>(List.of("source", "ordinal"));
    columns.addAll(List.of(more));
    return rows.where(col("dataset").equalTo(dataset))
        .orderBy("source", "ordinal")
        .select("dataset", columns.toArray(String[]::new))
        .head();
  }

  private static String place(Row first) {
    return "%s, record %d (dataset %s)"
        .formatted(first.getString(1), first.getLong(2), first.getString(0));
  }

  /** {@code chats 3 of 40, texts 1 of 12}: in the order of the configuration. */
  private String perDataset(Map<String, Long> numbers, PrepCounts counts, String of) {
    return spec.allDatasets().stream()
        .map(PrepDataset::name)
        .filter(numbers::containsKey)
        .map(name -> "%s %d of %d".formatted(name, numbers.get(name), counts.of(name, of)))
        .collect(Collectors.joining(", "));
  }

  private static long total(Map<String, Long> numbers) {
    return numbers.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String counted(long n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }
}
