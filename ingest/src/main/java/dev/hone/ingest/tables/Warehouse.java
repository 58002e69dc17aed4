package dev.hone.ingest.tables;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.EvalPackRow;
import dev.hone.formats.tables.EvalRewardRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.ForgottenRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.ModelRecordRow;
import dev.hone.formats.tables.ModelRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.QualityRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.RankRow;
import dev.hone.formats.tables.ReferenceRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.formats.tables.SignatureRow;
import dev.hone.formats.tables.TeachingRow;
import io.delta.tables.DeltaTable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.functions;
import scala.Option;

/**
 * The Delta tables of one {@code warehouse:}. Text lives in one schema (or folder), numbers in
 * another, so that an analyst can be granted the metrics without the documents.
 *
 * <pre>{@code
 * Warehouse warehouse = Warehouse.open(spark, "s3a://lake/hone");
 * warehouse.create();
 * warehouse.append(MetricRow.class, rows);
 * warehouse.replace(PackRow.class, Map.of("prep_id", prepId), packs);
 * warehouse.registerViews();
 * spark.sql("SELECT * FROM run_summary").show();
 * }</pre>
 *
 * Writes are Delta transactions, and safe against other drivers; on s3a by {@link
 * ConditionalPutLogStore}. A write that another driver's commit made void is done again.
 */
public final class Warehouse {
  /** Every table, the data schema first. */
  public static final List<Class<? extends Record>> TABLES =
      List.of(
          DocumentRow.class,
          QuarantineRow.class,
          SignatureRow.class,
          SampleRow.class,
          PackRow.class,
          ReferenceRow.class,
          TeachingRow.class,
          GenerationRow.class,
          ForgottenRow.class,
          PrepRow.class,
          PrepCountRow.class,
          QualityRow.class,
          RunRow.class,
          MetricRow.class,
          RankRow.class,
          EvalRow.class,
          EvalPackRow.class,
          EvalRewardRow.class,
          CheckpointRow.class,
          ModelRow.class,
          ModelRecordRow.class);

  private static final Map<String, String> SPARK_CONF =
      Map.of(
          "spark.sql.extensions",
          "io.delta.sql.DeltaSparkSessionExtension",
          "spark.sql.catalog.spark_catalog",
          "org.apache.spark.sql.delta.catalog.DeltaCatalog",
          "spark.delta.logStore.s3a.impl",
          "dev.hone.ingest.tables.ConditionalPutLogStore");

  private final SparkSession spark;
  private final Location location;

  private Warehouse(SparkSession spark, Location location) {
    this.spark = spark;
    this.location = location;
  }

  /** The settings that a session must be built with; spark-submit takes them as --conf. */
  public static Map<String, String> sparkConf() {
    return SPARK_CONF;
  }

  /**
   * Opens a warehouse, which need not exist yet; see {@link #create}.
   *
   * @param warehouse a path of any Hadoop file system, or the name of a catalog schema (no slash
   *     and no scheme), to which {@code _data} and {@code _runs} are appended
   * @throws HoneException if the session was built without {@link #sparkConf}, or the path's file
   *     system cannot be reached
   */
  public static Warehouse open(SparkSession spark, String warehouse) {
    Location location = Location.of(warehouse, spark.sessionState().newHadoopConf());
    SessionCheck.require(spark, location);
    return new Warehouse(spark, location);
  }

  /**
   * Creates the tables that do not exist, with comments, partitioning and change feed. Any number
   * of drivers may do it at once.
   *
   * @throws HoneException if the place cannot be written, or a table there has other columns
   */
  public void create() {
    create(TABLES);
  }

  /** Creates some of the tables, for a job that needs no others; see {@link #create()}. */
  public void create(List<Class<? extends Record>> types) {
    new TableCreation(spark, location).create(types.stream().map(TableSchema::of).toList());
  }

  /** The session that the tables are read and written by. */
  public SparkSession spark() {
    return spark;
  }

  /** The warehouse as it is shown to a person: the full path, or the catalog name. */
  public String shown() {
    return location.shown();
  }

  /** The schema of a table. */
  public TableSchema schema(Class<? extends Record> type) {
    return TableSchema.of(type);
  }

  /**
   * The tables of this version of hone that are there, in the order of {@link #TABLES}.
   *
   * @throws HoneException if there is none
   */
  public List<Class<? extends Record>> existing() {
    List<Class<? extends Record>> existing =
        TABLES.stream().filter(type -> location.exists(spark, schema(type))).toList();
    if (existing.isEmpty()) {
      throw new HoneException(
          "warehouse '%s' has no tables; create them with hone prep, or name another warehouse"
              .formatted(shown()));
    }
    return existing;
  }

  /** How SQL names a table that has no view: {@code delta.`path`} or {@code schema.table}. */
  public String identifier(Class<? extends Record> type) {
    return location.identifier(schema(type));
  }

  /** A table as it is when the query runs. */
  public Dataset<Row> read(Class<? extends Record> type) {
    return missingIsClear(type, () -> spark.table(identifier(type)));
  }

  /** A table as it was at a {@link #version}. */
  public Dataset<Row> read(Class<? extends Record> type, long version) {
    return missingIsClear(
        type, () -> spark.sql("SELECT * FROM " + identifier(type) + " VERSION AS OF " + version));
  }

  /** The table for Delta's own operations: merge, delete, history. */
  public DeltaTable deltaTable(Class<? extends Record> type) {
    return missingIsClear(type, () -> DeltaTable.forName(spark, identifier(type)));
  }

  /** The folder that a table lies in. */
  public String location(Class<? extends Record> type) {
    return deltaTable(type).deltaLog().dataPath().toString();
  }

  /**
   * Adds rows in one commit, unless another commit of the same name came after a version; then none
   * is made, and it fails so that {@link Commits#retrying} looks again.
   *
   * @param version what the table was at when it was decided which rows to add, by {@link #version}
   * @param name whose commits there is an order between
   */
  public void appendAfter(
      Class<? extends Record> type, long version, String name, Dataset<Row> rows) {
    try {
      inOrder(type, rows)
          .writeTo(identifier(type))
          .option("txnAppId", name)
          .option("txnVersion", version + 1)
          .append();
    } catch (NoSuchTableException e) {
      throw missing(type, e);
    }
  }

  /**
   * The table for a MERGE that is made once: nothing is done if a commit of this name has this
   * number or a higher one. It belongs to a session of its own, so that no other write is taken for
   * this one.
   *
   * @param name whose commits there is an order between
   * @param number rises from one commit of the name to the next
   */
  public DeltaTable deltaTable(Class<? extends Record> type, String name, long number) {
    SparkSession own = spark.newSession();
    own.conf().set("spark.databricks.delta.write.txnAppId", name);
    own.conf().set("spark.databricks.delta.write.txnVersion", number);
    return missingIsClear(type, () -> DeltaTable.forName(own, identifier(type)));
  }

  /** The highest number of the commits of a name; empty if there is none. */
  public OptionalLong lastNumber(Class<? extends Record> type, String name) {
    Option<Object> number =
        deltaTable(type)
            .deltaLog()
            .update(false, Option.empty(), Option.empty())
            .transactions()
            .get(name);
    return number.isEmpty() ? OptionalLong.empty() : OptionalLong.of((Long) number.get());
  }

  /** The number of the table's last commit, from its log and without a query. */
  public long version(Class<? extends Record> type) {
    return deltaTable(type).deltaLog().update(false, Option.empty(), Option.empty()).version();
  }

  /** Adds rows in one commit; none makes no commit. */
  public <R extends Record> void append(Class<R> type, List<R> records) {
    if (!records.isEmpty()) {
      append(type, toDataset(type, records));
    }
  }

  /** Adds rows in one commit. Columns are matched by name; those the table lacks are dropped. */
  public void append(Class<? extends Record> type, Dataset<Row> rows) {
    Commits.retrying(
        () -> {
          try {
            inOrder(type, rows).writeTo(identifier(type)).append();
          } catch (NoSuchTableException e) {
            throw missing(type, e);
          }
        });
  }

  /**
   * Puts rows in place of all rows with a key, in one commit: readers see the old ones or the new
   * ones. Doing it again changes nothing, which makes a stage repeatable.
   *
   * @param key column names and the values that a replaced row has, such as {@code prep_id}; every
   *     new row must have them too
   */
  public void replace(Class<? extends Record> type, Map<String, String> key, Dataset<Row> rows) {
    Column condition =
        key.entrySet().stream()
            .map(entry -> functions.col(entry.getKey()).equalTo(entry.getValue()))
            .reduce(Column::and)
            .orElseThrow(() -> new IllegalArgumentException("replace needs a key"));
    Commits.retrying(
        () -> {
          try {
            inOrder(type, rows).writeTo(identifier(type)).overwrite(condition);
          } catch (NoSuchTableException e) {
            throw missing(type, e);
          }
        });
  }

  /**
   * Updates the rows that have the key of a record, and adds the other records, in one commit.
   *
   * @param key columns that identify a row, such as {@code run_id}
   */
  public <R extends Record> void upsert(Class<R> type, List<R> records, String... key) {
    if (records.isEmpty()) {
      return;
    }
    String condition =
        Arrays.stream(key)
            .map(column -> "old." + column + " <=> new." + column)
            .collect(Collectors.joining(" AND "));
    Dataset<Row> rows = toDataset(type, records).as("new");
    // By name: a column that a later version added keeps its value.
    Map<String, String> columns =
        Arrays.stream(schema(type).struct().fieldNames())
            .collect(Collectors.toMap(name -> name, name -> "new." + name));
    Commits.retrying(
        () ->
            deltaTable(type)
                .as("old")
                .merge(rows, condition)
                .whenMatched()
                .updateExpr(columns)
                .whenNotMatched()
                .insertExpr(columns)
                .execute());
  }

  /**
   * Makes every table, and the views {@code run_summary}, {@code loss_curve}, {@code latest_model}
   * and {@code promoted_models}, known to SQL by its bare name, for this session. They always show
   * the newest commit. Tables that an older hone did not make are left out.
   */
  public void registerViews() {
    register(existing(), name -> true);
  }

  /**
   * As {@link #registerViews()}, for the tables and views that a query names alone: each one costs
   * a look at its log. A query that names none, {@code SHOW VIEWS} say, gets all.
   */
  public void registerViews(String query) {
    Set<String> named = Views.namedIn(query, TABLES.stream().map(t -> schema(t).name()).toList());
    if (named.isEmpty()) {
      registerViews();
    } else {
      register(TABLES, named::contains);
    }
  }

  private void register(List<Class<? extends Record>> tables, Predicate<String> wanted) {
    for (Class<? extends Record> type : tables) {
      if (wanted.test(schema(type).name())) {
        deltaTable(type);
        view(schema(type).name(), "SELECT * FROM " + identifier(type));
      }
    }
    Views.all()
        .forEach(
            (name, query) -> {
              if (wanted.test(name)) {
                view(name, query);
              }
            });
  }

  /** Records as rows of their table. */
  public <R extends Record> Dataset<Row> toDataset(Class<R> type, List<R> records) {
    Rows<R> rows = Rows.of(type);
    return spark.createDataFrame(
        records.stream().map(rows::toRow).toList(), rows.schema().struct());
  }

  private void view(String name, String query) {
    spark.sql("CREATE OR REPLACE TEMPORARY VIEW " + name + " AS " + query);
  }

  private Dataset<Row> inOrder(Class<? extends Record> type, Dataset<Row> rows) {
    return rows.select(
        Arrays.stream(schema(type).struct().fieldNames())
            .map(functions::col)
            .toArray(Column[]::new));
  }

  private <T> T missingIsClear(
      Class<? extends Record> type, java.util.function.Supplier<T> action) {
    try {
      return action.get();
    } catch (Exception e) {
      if (e instanceof org.apache.spark.sql.AnalysisException) {
        throw missing(type, e);
      }
      throw e;
    }
  }

  private HoneException missing(Class<? extends Record> type, Exception cause) {
    return new HoneException(
        "warehouse '%s' has no table %s: %s; create it with hone prep, or name another warehouse"
            .formatted(shown(), schema(type).name(), Failures.firstLine(cause)),
        cause);
  }
}
