package dev.hone.packing;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.QualityRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.SampleRow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Writes the tables of a preparation, its row last: the refused records first, so that whoever is
 * stopped by a guard can look at them, then samples and packs.
 *
 * @param before what became of the documents that are in it already
 * @param packs packs that it has already, by split
 * @param sink puts rows in place of those of the preparation, or adds them
 */
record PrepWriter(
    PrepTables tables,
    PrepSpec spec,
    PrepIdentity identity,
    PrepCounts before,
    Map<String, Long> packs,
    Sink sink) {

  /** Puts rows into a table. */
  interface Sink {
    void write(Class<? extends Record> table, Dataset<Row> rows);
  }

  /** Replaces whatever an earlier attempt has left. */
  static PrepWriter replacing(PrepTables tables, PrepSpec spec, PrepIdentity identity) {
    return new PrepWriter(
        tables, spec, identity, new PrepCounts(Map.of()), Map.of(), tables::replace);
  }

  /** Adds to a finished preparation. */
  static PrepWriter adding(
      PrepTables tables, PrepSpec spec, PrepIdentity identity, PrepRow finished) {
    return new PrepWriter(
        tables, spec, identity, tables.counts(), tables.nextPackIds(), tables::append);
  }

  /**
   * Writes encoded documents.
   *
   * @param rows columns {@link EncodedRows#SCHEMA}
   * @param documents how many they are
   * @param besides what is counted of documents that are not among them, and of the mix
   * @throws HoneException if a guard is hurt, a document is too long where that is an error, or
   *     nothing is left to train on
   */
  PrepReport write(
      Dataset<Row> rows,
      HeldOut heldOut,
      long documents,
      PrepCounts besides,
      List<String> notices) {
    EncodedDocuments encoded = new EncodedDocuments(rows, identity.prepId(), spec);
    Accounts accounts = encoded.accounts();
    if (accounts.documents() != documents) {
      throw new IllegalStateException(
          "prep %s: of %d documents %d came out of encoding"
              .formatted(identity.prepId(), documents, accounts.documents()));
    }
    sink.write(QuarantineRow.class, encoded.refused());
    encoded.stopIfTooLong();
    List<PrepReport.Refusals> refusals = tables.refusals(spec);
    PrepCounts counts = before.plus(accounts.counts()).plus(besides);
    new Guards(tables, spec).check(refusals, counts, () -> untrainedEnds(encoded));
    MixReport.requireRows(spec, counts);
    PackNumbers packNumbers = PackNumbers.of(rows, packs);
    if (packs.isEmpty() && !packNumbers.hasPacks(Split.TRAIN)) {
      throw nothingToTrainOn(accounts);
    }
    sink.write(SampleRow.class, encoded.samples());
    sink.write(PackRow.class, encoded.packs(packNumbers));

    List<PrepCountRow> numbers = counts.rows(identity.prepId());
    tables.replace(PrepCountRow.class, tables.warehouse().toDataset(PrepCountRow.class, numbers));
    List<QualityRow> quality = QualityRows.of(identity.prepId(), spec, counts, refusals);
    if (!quality.isEmpty()) {
      tables.replace(QualityRow.class, tables.warehouse().toDataset(QualityRow.class, quality));
    }
    PrepRow prep = prepRow(counts, refusals, heldOut);
    tables.replace(PrepRow.class, tables.warehouse().toDataset(PrepRow.class, List.of(prep)));
    return new PrepReport(
        prep, documents, refusals, numbers, quality, MixReport.lines(spec, counts), notices);
  }

  /** Of all documents that the guards count: those that are added, and those they are added to. */
  private Dataset<Row> untrainedEnds(EncodedDocuments encoded) {
    return packs.isEmpty()
        ? encoded.untrainedEnds()
        : encoded.untrainedEnds().unionByName(tables.untrainedEnds().drop("record_id"));
  }

  private HoneException nothingToTrainOn(Accounts accounts) {
    return new HoneException(
        "no sample to train on: %d documents gave %d samples, all held out (val_set_size %s, %d test_datasets), and %d were refused (%s); table quarantine says why, at prep_id %s"
            .formatted(
                accounts.documents(),
                accounts.samples(),
                spec.valSetSize(),
                spec.evalDatasets().size(),
                accounts.counts().total(PrepCounts.REFUSED),
                accounts.reasons(),
                identity.prepId()));
  }

  private PrepRow prepRow(PrepCounts counts, List<PrepReport.Refusals> refusals, HeldOut heldOut) {
    PrepTables.Packs made = tables.packs();
    requireNothingLost(counts, refusals, made);
    return new PrepRow(
        identity.prepId(),
        identity.config(),
        Optional.of(identity.content()),
        Optional.of(heldOut.bound()),
        counts.total(PrepCounts.DOCUMENTS),
        counts.total(PrepCounts.SAMPLES),
        refusals.stream().mapToLong(PrepReport.Refusals::records).sum(),
        counts.total(PrepCounts.TRUNCATED_DOCUMENTS),
        made.train(),
        made.eval(),
        made.tokens(),
        made.trainedTokens(),
        counts.total(PrepCounts.DROPPED_TOKENS),
        (double) made.tokens() / ((made.train() + made.eval()) * spec.packRules().capacity()),
        Instant.now().truncatedTo(ChronoUnit.MICROS));
  }

  /**
   * Documents in = documents in packs + documents in quarantine + documents that were not chosen;
   * samples and tokens likewise.
   */
  private void requireNothingLost(
      PrepCounts counts, List<PrepReport.Refusals> refusals, PrepTables.Packs made) {
    long refused =
        refusals.stream()
            .filter(refusal -> refusal.stage().equals("prep"))
            .mapToLong(PrepReport.Refusals::records)
            .sum();
    long notSampled = counts.total(PrepCounts.NOT_SAMPLED);
    if (made.documents() + refused + notSampled != counts.total(PrepCounts.DOCUMENTS)
        || made.samples() != counts.total(PrepCounts.SAMPLES)
        || made.tokens() != counts.total(PrepCounts.TOKENS)) {
      throw new IllegalStateException(
          "prep %s: %s went into packing, %s came out and %d documents are in quarantine"
              .formatted(identity.prepId(), counts, made, refused));
    }
  }
}
