package dev.hone.ingest.tables;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.Table;
import io.delta.tables.DeltaTable;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Where a warehouse keeps its tables: folders of a path, or two schemas of a catalog.
 *
 * <pre>{@code
 * s3a://lake/hone   documents at s3a://lake/hone/data/documents, runs at s3a://lake/hone/runs/runs
 * ./warehouse       the same below the working directory
 * hone              tables hone_data.documents and hone_runs.runs
 * main.hone         tables main.hone_data.documents and main.hone_runs.runs
 * }</pre>
 */
sealed interface Location {

  /** How SQL names a table, quoted. */
  String identifier(TableSchema table);

  /** The warehouse as it is shown to a person. */
  String shown();

  /** Whether the table is there. */
  boolean exists(SparkSession spark, TableSchema table);

  /**
   * Tells a path from a catalog name: a path has a slash, a scheme or a leading dot.
   *
   * @throws HoneException if it is neither, or no file system answers to its scheme
   */
  static Location of(String warehouse, Configuration hadoop) {
    if (warehouse.contains("/") || warehouse.contains(":") || warehouse.startsWith(".")) {
      return Folder.at(warehouse, hadoop);
    }
    if (!Catalog.NAME.matcher(warehouse).matches()) {
      throw new HoneException(
          "warehouse: '%s' is neither a path nor a catalog schema name; write ./%s for a folder, or a name of letters, digits and _"
              .formatted(warehouse, warehouse));
    }
    return new Catalog(warehouse);
  }

  private static String part(TableSchema table) {
    return table.table().schema().name().toLowerCase(Locale.ROOT);
  }

  /** Tables in folders {@code data/NAME} and {@code runs/NAME} below a root. */
  record Folder(Path root) implements Location {
    static Folder at(String warehouse, Configuration hadoop) {
      try {
        Path path = new Path(warehouse);
        return new Folder(path.getFileSystem(hadoop).makeQualified(path));
      } catch (IOException | IllegalArgumentException e) {
        throw new HoneException(
            "warehouse: '%s' cannot be reached: %s; check the address and the file system's settings"
                .formatted(warehouse, Failures.firstLine(e)),
            e);
      }
    }

    Path path(TableSchema table) {
      return new Path(root, part(table) + "/" + table.name());
    }

    @Override
    public String identifier(TableSchema table) {
      return "delta.`" + path(table).toString().replace("`", "``") + "`";
    }

    @Override
    public String shown() {
      return root.toString();
    }

    @Override
    public boolean exists(SparkSession spark, TableSchema table) {
      return DeltaTable.isDeltaTable(spark, path(table).toString());
    }
  }

  /** Tables in the schemas {@code NAME_data} and {@code NAME_runs} of a catalog. */
  record Catalog(String name) implements Location {
    private static final Pattern NAME = Pattern.compile("\\w+(\\.\\w+)*");

    String schema(Table.Schema schema) {
      return "`%s_%s`".formatted(name.replace(".", "`.`"), schema.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public String identifier(TableSchema table) {
      return schema(table.table().schema()) + ".`" + table.name() + "`";
    }

    @Override
    public String shown() {
      return name;
    }

    @Override
    public boolean exists(SparkSession spark, TableSchema table) {
      return spark.catalog().tableExists(identifier(table));
    }
  }
}
