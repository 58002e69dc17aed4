package dev.hone.training.distributed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.hone.formats.Ranges;
import dev.hone.formats.tables.PackRow;
import dev.hone.ingest.tables.Warehouse;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Which packs of a preparation a run is about. Held-out packs are never left out.
 *
 * @param version of the table {@code packs}; empty: what it has when the run begins
 * @param trained numbers of the packs that are trained on; empty: all
 */
public record PackChoice(OptionalLong version, Optional<Ranges> trained) {
  /** Every pack there is. */
  public static final PackChoice ALL = new PackChoice(OptionalLong.empty(), Optional.empty());

  /** Some packs of a version. */
  public static PackChoice of(long version, Ranges trained) {
    return new PackChoice(OptionalLong.of(version), Optional.of(trained));
  }

  /** The chosen packs of a preparation. */
  Dataset<Row> of(Warehouse warehouse, String prepId) {
    long read = version.orElseGet(() -> warehouse.version(PackRow.class));
    Dataset<Row> packs = warehouse.read(PackRow.class, read).where(col("prep_id").equalTo(prepId));
    return trained
        .map(ranges -> packs.where(col("split").notEqual(PackSpill.TRAIN).or(isIn(ranges))))
        .orElse(packs);
  }

  private static Column isIn(Ranges numbers) {
    return numbers.ranges().stream()
        .map(range -> col("pack_id").between(range.first(), range.last()))
        .reduce(Column::or)
        .orElseGet(() -> lit(false));
  }
}
