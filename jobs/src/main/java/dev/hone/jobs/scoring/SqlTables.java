package dev.hone.jobs.scoring;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.Failures;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.config.HoneConfig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/**
 * Tables that queries are run on, in a session of their own: its names and settings are nobody
 * else's. A query is run for a limited time and for a limited number of rows, and only if it is a
 * {@link PlainQuery}.
 */
final class SqlTables implements AutoCloseable {
  private static final String GROUP = "hone-sql-execution";

  private final SparkSession session;
  private final HoneConfig.Sql sql;
  private final Set<String> names = new HashSet<>();
  private final List<Dataset<Row>> kept = new ArrayList<>();
  private ExecutorService worker = worker();

  /**
   * What a query came to.
   *
   * @param rows values by row and column
   * @param ordered whether it asks for an order
   * @param problem why it has no rows that count
   */
  record Result(List<List<Object>> rows, boolean ordered, Optional<String> problem) {

    static Result failed(String problem) {
      return new Result(List.of(), false, Optional.of(problem));
    }
  }

  private SqlTables(SparkSession session, HoneConfig.Sql sql) {
    this.session = session;
    this.sql = sql;
  }

  /**
   * Opens the tables of an entry.
   *
   * @param warehouse whose tables they are if the entry names none
   * @throws HoneException naming the table that cannot be read
   */
  static SqlTables open(Warehouse warehouse, String place, HoneConfig.Questions entry) {
    SparkSession session = warehouse.spark().newSession();
    // ${env:NAME} in a query would bring in what the environment holds.
    session.conf().set("spark.sql.variable.substitute", "false");
    SqlTables tables = new SqlTables(session, entry.sql());
    if (entry.sql().tables().isEmpty()) {
      Warehouse.open(session, place).registerViews();
      for (Row view : session.sql("SHOW VIEWS").collectAsList()) {
        tables.names.add(view.<String>getAs("viewName").toLowerCase(Locale.ROOT));
      }
      return tables;
    }
    session.conf().set("spark.sql.shuffle.partitions", "1"); // small tables, and many queries
    for (Map.Entry<String, String> table : entry.sql().tables().entrySet()) {
      try {
        tables.add(table.getKey(), table.getValue());
      } catch (Exception e) { // Scala throws AnalysisException without saying so
        tables.close();
        throw new HoneException(
            "%s: %s.tables.%s: '%s' cannot be read: %s; name a file or folder of rows, or a SELECT"
                .formatted(
                    entry.source().location(),
                    entry.source().key(),
                    table.getKey(),
                    table.getValue(),
                    Failures.firstLine(e)),
            e);
      }
    }
    return tables;
  }

  private void add(String name, String place) throws java.io.IOException {
    Dataset<Row> rows = read(place);
    if (!isSelect(place)) {
      rows.cache();
      kept.add(rows);
    }
    rows.createOrReplaceTempView(name);
    names.add(name.toLowerCase(Locale.ROOT));
  }

  private static boolean isSelect(String place) {
    return place.strip().toUpperCase(Locale.ROOT).matches("(?s)(SELECT|WITH)\\s.*");
  }

  private Dataset<Row> read(String place) throws java.io.IOException {
    if (isSelect(place)) {
      return session.sql(place);
    }
    String name = place.toLowerCase(Locale.ROOT).replaceAll("\\.(gz|bz2|zst)$", "");
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
      return session.read().json(place);
    }
    if (name.endsWith(".json")) {
      return session.read().option("multiLine", "true").json(place);
    }
    if (name.endsWith(".csv")) {
      return session.read().option("header", "true").option("inferSchema", "true").csv(place);
    }
    Path log = new Path(place, "_delta_log");
    boolean delta = log.getFileSystem(session.sessionState().newHadoopConf()).exists(log);
    return session.read().format(delta ? "delta" : "parquet").load(place);
  }

  /** Runs a query. What is wrong with it is its result; nothing is thrown. */
  Result run(String query) {
    SparkContext context = session.sparkContext();
    Future<Result> running =
        worker.submit(
            () -> {
              context.setJobGroup(GROUP, "SQL execution accuracy", true);
              return collect(query);
            });
    try {
      return running.get(sql.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      running.cancel(true);
      context.cancelJobGroup(GROUP);
      worker.shutdownNow();
      worker = worker(); // planning cannot be interrupted, and the next query must not wait for it
      return Result.failed("takes longer than %d s".formatted(sql.timeout().toSeconds()));
    } catch (ExecutionException e) {
      return Result.failed("cannot be run: " + Failures.firstLine(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a query was run", e);
    }
  }

  private Result collect(String query) throws Exception {
    LogicalPlan parsed = session.sessionState().sqlParser().parsePlan(query);
    Optional<String> problem = PlainQuery.problem(parsed, names);
    if (problem.isPresent()) {
      return Result.failed(problem.get());
    }
    Dataset<Row> answer = session.sql(query);
    if (NestedLoops.isLong(answer.queryExecution().optimizedPlan())) {
      return Result.failed("joins every row with every row of something large");
    }
    List<Row> rows = answer.limit(sql.maxRows() + 1).collectAsList();
    if (rows.size() > sql.maxRows()) {
      return Result.failed("returns more than %,d rows".formatted(sql.maxRows()));
    }
    return new Result(
        rows.stream().map(SqlTables::values).toList(),
        PlainQuery.isOrdered(parsed),
        Optional.empty());
  }

  private static List<Object> values(Row row) {
    List<Object> values = new ArrayList<>();
    for (int c = 0; c < row.size(); c++) {
      Object value = row.get(c);
      values.add(value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value);
    }
    return values;
  }

  private static ExecutorService worker() {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, GROUP);
          thread.setDaemon(true);
          return thread;
        });
  }

  @Override
  public void close() {
    worker.shutdownNow();
    kept.forEach(Dataset::unpersist);
  }
}
