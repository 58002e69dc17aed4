package dev.hone.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.hone.formats.HoneException;
import dev.hone.formats.Sha256;
import dev.hone.formats.tables.DocumentRow;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;

/**
 * A folder that files arrive in, as a stream of the files' descriptions; their content is read
 * later, by the readers of every other dataset.
 *
 * @param found the dataset
 * @param base the folder that the names of the files are relative to
 * @param how in batches of which size
 */
record LandingFolder(FoundDataset found, Path base, Landing how) {
  private static final String BINARY_FILE =
      "path STRING, modificationTime TIMESTAMP, length BIGINT, content BINARY";

  /**
   * Looks whether the folder is there; reads no record.
   *
   * @throws HoneException if path, type or keys are wrong, or the path is no folder
   */
  static LandingFolder find(SparkSession spark, DatasetSource dataset, Configuration hadoop) {
    Outcomes outcomes = Outcomes.of(dataset);
    SourcePath path = SourcePath.of(dataset, spark, hadoop);
    if (path instanceof SourcePath.Files files
        && files.roots().stream().noneMatch(root -> root.isFile())) {
      return new LandingFolder(
          FoundDataset.landing(spark, dataset, outcomes, path),
          files.base(),
          dataset.landing().orElseThrow());
    }
    throw new HoneException(
        "dataset %s: path '%s' is no folder, and only a folder has a trigger; remove trigger, or give the folder that files arrive in"
            .formatted(dataset.name(), dataset.path()));
  }

  /** New files: columns path, modificationTime and length. */
  Dataset<Row> files(SparkSession spark) {
    DataStreamReader reader =
        spark
            .readStream()
            .format("binaryFile")
            .schema(BINARY_FILE)
            .option("recursiveFileLookup", "true")
            // Spark's default forgets, and then passes over, files much older than the newest one.
            .option("maxFileAge", "36500d")
            // A file that was taken away before it was read is no failure of the others.
            .option("ignoreMissingFiles", "true");
    reader =
        how.maxFiles().isPresent()
            ? reader.option("maxFilesPerTrigger", how.maxFiles().getAsInt())
            : reader.option("maxBytesPerTrigger", how.maxBytes());
    // Without the column content no file is opened.
    return reader.load(found.dataset().path()).select("path", "modificationTime", "length");
  }

  /**
   * Where Spark remembers which files it has seen: inside the table that they went to, so that
   * neither outlives the other. Delta leaves folders alone that begin with an underscore.
   */
  String checkpoint(DatasetState state) {
    DatasetSource dataset = found.dataset();
    String table = state.warehouse().location(DocumentRow.class);
    String identity = Sha256.hex(dataset.name() + "\n" + dataset.path() + "\n" + dataset.rules());
    return "%s/_checkpoints/ingest-%s".formatted(table, identity.substring(0, 16));
  }

  /**
   * Makes sure that the documents of the dataset were read by the rules of today. A mirror would
   * read all anew; here the files may be gone.
   *
   * @throws HoneException if some were not
   */
  void requireSameRules(DatasetState state) {
    String rules = found.dataset().rules();
    Dataset<Row> others =
        state.documents().where(col("source_version").endsWith(lit("," + rules)).unary_$bang());
    if (!others.isEmpty()) {
      throw new HoneException(
          "dataset %s: documents of it were read with other settings than type '%s' and its fields as they are now, and a landing folder is not read again; give the entry a new name, or restore the settings"
              .formatted(found.dataset().name(), found.dataset().type()));
    }
  }
}
