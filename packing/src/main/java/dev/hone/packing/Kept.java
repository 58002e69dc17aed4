package dev.hone.packing;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** What Spark keeps on disk for a job that reads it several times, until this is closed. */
final class Kept implements AutoCloseable {
  private final List<Dataset<Row>> datasets = new ArrayList<>();

  /** Keeps rows, whatever their size, once they are made. */
  Dataset<Row> keep(Dataset<Row> rows) {
    Dataset<Row> kept = rows.persist(StorageLevel.DISK_ONLY());
    datasets.add(kept);
    return kept;
  }

  @Override
  public void close() {
    datasets.forEach(Dataset::unpersist);
  }
}
