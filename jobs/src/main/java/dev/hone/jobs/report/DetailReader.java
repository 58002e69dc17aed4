package dev.hone.jobs.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sort_array;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.EvalRewardRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.QualityRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.RankRow;
import dev.hone.ingest.tables.Warehouse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;

/** Reads what a page shows of a run, and no more rows than it shows. */
final class DetailReader {
  private static final int PROMPTS = 5;

  /** Packs among which documents are chosen: enough to meet every dataset of most mixes. */
  private static final int PACKS = 24;

  private final StoredRows stored;
  private final RunStory story;
  private final boolean text;

  private DetailReader(StoredRows stored, RunStory story, boolean text) {
    this.stored = stored;
    this.story = story;
    this.text = text;
  }

  /**
   * Reads it.
   *
   * @param text whether documents, answers and what was said of refused records are wanted
   * @throws HoneException if the warehouse has no such run
   */
  static RunDetails read(Warehouse warehouse, String runId, boolean text) {
    RunStory story = RunStory.read(warehouse, runId);
    DetailReader reader = new DetailReader(new StoredRows(warehouse), story, text);
    Column mine = col("run_id").equalTo(runId);
    RankStory ranks =
        RankStory.of(reader.stored.stream(RankRow.class, mine, "step", "rank", "timestamp"));
    List<PrepCountRow> counts = reader.ofPrep(PrepCountRow.class, "dataset", "name");
    return new RunDetails(
        story,
        ranks,
        reader.ofPrep(QualityRow.class, "dataset", "filter"),
        counts,
        reader.refused(counts.stream().map(PrepCountRow::dataset).distinct().toList()),
        text ? reader.generations(mine) : List.of(),
        reader.rewards(mine),
        reader.documents());
  }

  private Optional<Column> prep() {
    return story.run().prepId().map(id -> col("prep_id").equalTo(id));
  }

  private <R extends Record> List<R> ofPrep(Class<R> type, String... order) {
    return prep().map(mine -> stored.list(type, mine, order)).orElse(List.of());
  }

  private List<RunDetails.Refusals> refused(List<String> datasets) {
    if (prep().isEmpty()) {
      return List.of();
    }
    Column read = col("stage").equalTo("ingest").and(col("dataset").isin(datasets.toArray()));
    return stored
        .table(QuarantineRow.class)
        .map(
            rows ->
                rows.where(prep().get().or(read))
                    .groupBy("dataset", "stage", "reason")
                    .agg(
                        count(lit(1)).as("records"),
                        text ? min("message").as("example") : lit("").as("example"))
                    .orderBy(col("records").desc(), col("dataset"), col("reason"))
                    .collectAsList())
        .orElse(List.of())
        .stream()
        .map(
            row ->
                new RunDetails.Refusals(
                    row.getString(0),
                    row.getString(1),
                    row.getString(2),
                    row.getLong(3),
                    row.getString(4)))
        .toList();
  }

  private List<GenerationRow> generations(Column mine) {
    Column first = mine.and(col("ordinal").lt(PROMPTS));
    List<Row> steps =
        stored
            .table(GenerationRow.class)
            .map(
                rows ->
                    rows.where(first)
                        .groupBy("dataset")
                        .agg(sort_array(collect_set("step")))
                        .collectAsList())
            .orElse(List.of());
    return steps.stream()
        .map(
            set ->
                col("dataset")
                    .equalTo(set.getString(0))
                    .and(col("step").isin(AnswerSection.shown(set.getList(1)).toArray())))
        .reduce(Column::or)
        .map(
            shown ->
                stored.list(
                    GenerationRow.class,
                    first.and(shown),
                    "dataset",
                    "ordinal",
                    "step",
                    "timestamp"))
        .orElse(List.of());
  }

  private List<EvalRewardRow> rewards(Column mine) {
    List<Row> ends =
        stored
            .table(EvalRewardRow.class)
            .map(
                rows ->
                    rows.where(mine)
                        .groupBy("dataset")
                        .agg(min("step"), max("step"))
                        .collectAsList())
            .orElse(List.of());
    return ends.stream()
        .map(
            set ->
                col("dataset")
                    .equalTo(set.getString(0))
                    .and(col("step").isin(set.getLong(1), set.getLong(2))))
        .reduce(Column::or)
        .map(shown -> stored.list(EvalRewardRow.class, mine.and(shown), "dataset", "step", "pair"))
        .orElse(List.of());
  }

  private RunDetails.Documents documents() {
    if (!text) {
      return new RunDetails.Documents(List.of(), "no text was asked for");
    }
    // By number, not by order: files with later packs are not opened.
    List<PackRow> packs =
        prep()
            .map(
                mine ->
                    stored.list(
                        PackRow.class,
                        mine.and(col("split").equalTo("train")).and(col("pack_id").lt(PACKS)),
                        "pack_id"))
            .orElse(List.of());
    Map<String, PackedDocument.Place> places = places(packs);
    List<PackedDocument> all =
        packs.stream()
            .flatMap(
                pack ->
                    PackedDocument.of(
                        pack, id -> places.getOrDefault(id, PackedDocument.Place.UNKNOWN))
                        .stream())
            .toList();
    return new RunDetails.Documents(
        PackedDocument.chosen(all), all.isEmpty() ? "the warehouse has no packs of this run" : "");
  }

  private Map<String, PackedDocument.Place> places(List<PackRow> packs) {
    Object[] ids = packs.stream().flatMap(pack -> pack.recordIds().stream()).distinct().toArray();
    Map<String, PackedDocument.Place> places = new HashMap<>();
    if (ids.length == 0) {
      return places;
    }
    stored
        .table(DocumentRow.class)
        .map(
            rows ->
                rows.where(col("record_id").isin(ids))
                    .select("record_id", "dataset", "source", "line")
                    .collectAsList())
        .orElse(List.of())
        .forEach(
            row ->
                places.put(
                    row.getString(0),
                    new PackedDocument.Place(
                        row.getString(1),
                        row.getString(2),
                        row.isNullAt(3) ? Optional.empty() : Optional.of(row.getLong(3)))));
    return places;
  }
}
