package dev.hone.jobs.nightly;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.tables.ModelRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.checkpoint.OutputDirectory;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * What versions that were rejected leave on disk. A folder stays if another version that was ever
 * in use goes back to it, or a run that has not ended names it in its configuration.
 */
record RejectedFolders(Warehouse warehouse, Models models) {

  /**
   * Deletes the folders of all but the newest. The row comes first: a version without the hash of
   * its manifest is not promoted, whatever is left of its folder.
   *
   * @param keep how many versions keep theirs
   * @throws dev.hone.formats.HoneException if one cannot be deleted
   */
  void delete(int keep) {
    Configuration hadoop = warehouse.spark().sessionState().newHadoopConf();
    List<String> running = runningConfigurations();
    for (ModelRow row : superfluous(models.versions(), keep)) {
      boolean read = running.stream().anyMatch(config -> names(config, row.path()));
      if (read) {
        continue;
      }
      try (OutputDirectory folder = OutputDirectory.at(row.path(), row.runId(), hadoop)) {
        if (row.manifestSha256().isEmpty() || models.giveUp(row)) {
          folder.deleteAll();
        }
      }
    }
  }

  /** Rejected versions that no other needs, but for the newest. */
  static List<ModelRow> superfluous(List<ModelRow> versions, int keep) {
    Set<Long> needed = new HashSet<>();
    for (ModelRow row : versions) {
      if (!row.state().equals(Models.REJECTED)) {
        Models.line(versions, row).forEach(ancestor -> needed.add(ancestor.version()));
      }
    }
    return versions.stream()
        .filter(row -> row.state().equals(Models.REJECTED))
        .sorted(Comparator.comparingLong(ModelRow::version).reversed())
        .skip(keep)
        .filter(row -> !needed.contains(row.version()))
        .toList();
  }

  private List<String> runningConfigurations() {
    return warehouse
        .read(RunRow.class)
        .where(col("state").equalTo("running"))
        .select("config")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  /**
   * Whether a configuration has the folder, or one in it, as a value. What comes before the last
   * part may be a reference to the environment, so that part alone decides.
   */
  static boolean names(String config, String path) {
    String last = path.substring(path.lastIndexOf('/'));
    return config.contains(last + "\"") || config.contains(last + "/");
  }
}
