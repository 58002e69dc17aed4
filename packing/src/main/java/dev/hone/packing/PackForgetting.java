package dev.hone.packing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;

import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.Commits;
import dev.hone.ingest.tables.RowEncoders;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Takes documents out of every preparation of a warehouse, or out of one. A pack that holds one is
 * made again from the samples that are left in it, and goes if none is; no other pack changes. The
 * numbers of the preparation follow, so that the next {@code hone prep} finds it finished.
 *
 * <p>A run that was cut off is made good by another one with the same documents: samples, by which
 * the preparations concerned are found, go last.
 *
 * @param ids column {@code record_id}, each once
 * @param only the preparation; empty: all
 */
public record PackForgetting(Warehouse warehouse, Dataset<Row> ids, Optional<String> only) {
  private static final List<String> PACK = List.of("prep_id", "split", "pack_id");

  /** Takes them out of every preparation. */
  public PackForgetting(Warehouse warehouse, Dataset<Row> ids) {
    this(warehouse, ids, Optional.empty());
  }

  /**
   * What there is to take out.
   *
   * @param samples rows of {@code samples}
   * @param remade packs that keep other samples
   * @param gone packs that keep none
   * @param preparations in how many
   */
  public record Counts(long samples, long remade, long gone, long preparations) {}

  /** Counts, and changes nothing. */
  public Counts counts() {
    Row packs =
        touched()
            .agg(
                count_if(col("hit").lt(col("samples"))),
                count_if(col("hit").equalTo(col("samples"))))
            .head();
    return new Counts(
        of(SampleRow.class).count(), packs.getLong(0), packs.getLong(1), preparations().size());
  }

  /** What takes them out: of packs, of the numbers of each preparation, of samples. */
  public List<Runnable> steps() {
    List<Runnable> steps = new ArrayList<>();
    List<String> preparations = preparations();
    if (!preparations.isEmpty()) {
      steps.add(this::repairPacks);
      preparations.forEach(
          prepId -> steps.add(new PrepRecount(new PrepTables(warehouse, prepId), ids)::run));
      steps.add(this::deleteSamples);
    }
    return steps;
  }

  private void deleteSamples() {
    Column sample =
        col("old.record_id")
            .equalTo(col("ids.record_id"))
            .and(only.map(prepId -> col("old.prep_id").equalTo(prepId)).orElse(lit(true)));
    Commits.retrying(
        () ->
            warehouse
                .deltaTable(SampleRow.class)
                .as("old")
                .merge(ids.as("ids"), sample)
                .whenMatched()
                .delete()
                .execute());
  }

  /** The preparations that hold one, or refused one. */
  private List<String> preparations() {
    return of(SampleRow.class)
        .select("prep_id")
        .union(of(QuarantineRow.class).where("prep_id IS NOT NULL").select("prep_id"))
        .distinct()
        .orderBy("prep_id")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private Dataset<Row> rows(Class<? extends Record> table) {
    Dataset<Row> all = warehouse.read(table);
    return only.map(prepId -> all.where(col("prep_id").equalTo(prepId))).orElse(all);
  }

  private Dataset<Row> of(Class<? extends Record> table) {
    return rows(table).join(ids, new String[] {"record_id"}, "left_semi");
  }

  /** The packs that hold one: which, how many samples, how many of them are of these documents. */
  private Dataset<Row> touched() {
    return rows(PackRow.class)
        .select(
            col("prep_id"),
            col("split"),
            col("pack_id"),
            size(col("record_ids")).as("samples"),
            explode(col("record_ids")).as("record_id"))
        .join(ids, "record_id")
        .groupBy("prep_id", "split", "pack_id")
        .agg(
            first("samples").as("samples"),
            count(lit(1)).as("hit"),
            collect_set("record_id").as("forgotten"));
  }

  private void repairPacks() {
    StructType columns = warehouse.schema(PackRow.class).struct();
    Encoder<Row> encoder = RowEncoders.of(columns.add("gone", DataTypes.BooleanType, false));
    MapFunction<Row, Row> repair = PackForgetting::repaired;
    String samePack =
        PACK.stream()
            .map(column -> "old." + column + " = new." + column)
            .collect(Collectors.joining(" AND "));
    Map<String, String> values =
        Arrays.stream(columns.fieldNames())
            .collect(Collectors.toMap(name -> name, name -> "new." + name));
    Commits.retrying(
        () -> {
          Dataset<Row> repaired =
              rows(PackRow.class)
                  .join(touched().drop("samples", "hit"), PACK.toArray(String[]::new))
                  .map(repair, encoder);
          warehouse
              .deltaTable(PackRow.class)
              .as("old")
              .merge(repaired.as("new"), samePack)
              .whenMatched("new.gone")
              .delete()
              .whenMatched()
              .updateExpr(values)
              .execute();
        });
  }

  private static Row repaired(Row row) {
    Rows<PackRow> rows = Rows.of(PackRow.class);
    PackRow pack =
        PackRepair.without(
            rows.fromRow(row), new HashSet<>(row.getList(row.fieldIndex("forgotten"))));
    Row columns = rows.toRow(pack);
    Object[] values = new Object[columns.size() + 1];
    for (int i = 0; i < columns.size(); i++) {
      values[i] = columns.get(i);
    }
    values[columns.size()] = pack.length() == 0;
    return RowFactory.create(values);
  }
}
