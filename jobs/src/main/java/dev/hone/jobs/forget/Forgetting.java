package dev.hone.jobs.forget;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.ForgottenRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.ReferenceRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.formats.tables.SignatureRow;
import dev.hone.formats.tables.TeachingRow;
import dev.hone.ingest.tables.Commits;
import dev.hone.ingest.tables.LogText;
import dev.hone.ingest.tables.Vacuum;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.packing.PackForgetting;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Takes records out of every table of a warehouse, and notes which runs trained on them.
 *
 * <pre>{@code
 * Forgetting.run(
 *     warehouse,
 *     new ForgetRequest(
 *         List.of("record LIKE '%ada@example.org%'"), List.of(),
 *         Forgetting.DEFAULT_TABLES, false, true));
 * }</pre>
 *
 * Nothing that a user wrote, conditions included, gets into the log of a table: rows are deleted by
 * record_id.
 */
public final class Forgetting {
  /** The tables that a condition is about where nothing else is said. */
  public static final List<Class<? extends Record>> DEFAULT_TABLES =
      List.of(DocumentRow.class, QuarantineRow.class);

  private static final List<Class<? extends Record>> WITH_TEXT =
      List.of(
          DocumentRow.class,
          QuarantineRow.class,
          SampleRow.class,
          PackRow.class,
          TeachingRow.class,
          GenerationRow.class);

  private final Warehouse warehouse;
  private final ForgetRequest request;

  Forgetting(Warehouse warehouse, ForgetRequest request) {
    this.warehouse = warehouse;
    this.request = request;
  }

  /**
   * Forgets what a request means, and first what an earlier call that was cut off left undone.
   *
   * @param warehouse nothing else should write it meanwhile: an ingest or a preparation that began
   *     before may bring a record back, and another call takes it out again
   * @throws dev.hone.formats.HoneException if a condition is wrong, or a record is not there
   */
  public static ForgetReport run(Warehouse warehouse, ForgetRequest request) {
    return new Forgetting(warehouse, request).run();
  }

  private ForgetReport run() {
    if (!request.dryRun()) {
      warehouse.create();
      interrupted().forEach(this::sweep);
    }
    Dataset<Row> selected =
        new Selection(warehouse, request).rows().persist(StorageLevel.MEMORY_AND_DISK());
    try {
      ForgetReport found = report(selected);
      if (request.dryRun()) {
        return found;
      }
      List<String> notices = found.isEmpty() ? List.of() : forget(selected);
      return new ForgetReport(
          found.documents(),
          found.quarantine(),
          found.packs(),
          found.generations(),
          found.runs(),
          request.vacuum() ? vacuumed() : List.of(),
          notices);
    } finally {
      selected.unpersist();
    }
  }

  private ForgetReport report(Dataset<Row> records) {
    Dataset<Row> ids = records.select("record_id");
    return new ForgetReport(
        count(DocumentRow.class, ids),
        count(QuarantineRow.class, ids),
        new PackForgetting(warehouse, ids).counts(),
        new AskedRecords(warehouse, ids, request).rows().count(),
        new TrainedRuns(warehouse, records).find(),
        List.of(),
        List.of());
  }

  private long count(Class<? extends Record> table, Dataset<Row> ids) {
    return warehouse.read(table).join(ids, new String[] {"record_id"}, "left_semi").count();
  }

  private List<String> forget(Dataset<Row> selected) {
    List<String> notices =
        WITH_TEXT.stream().flatMap(table -> LogText.keepOut(warehouse, table).stream()).toList();
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    writeDown(selected, now);
    sweep(now);
    return notices;
  }

  /** The first commit: from now on no ingest brings them back, and no cut leaves them. */
  void writeDown(Dataset<Row> selected, Instant now) {
    Dataset<Row> fresh =
        selected
            .withColumn("forgotten_at", lit(now))
            .withColumn("finished_at", lit(null).cast("timestamp"));
    Commits.retrying(
        () ->
            warehouse
                .deltaTable(ForgottenRow.class)
                .as("old")
                .merge(fresh.as("new"), "old.record_id = new.record_id")
                .whenMatched()
                .updateExpr(
                    Map.of(
                        "emptied", "old.emptied OR new.emptied",
                        "forgotten_at", "new.forgotten_at",
                        "finished_at", "new.finished_at"))
                .whenNotMatched()
                .insertAll()
                .execute());
  }

  /** The times of calls that were cut off. */
  private List<Instant> interrupted() {
    return warehouse
        .read(ForgottenRow.class)
        .where("finished_at IS NULL")
        .select("forgotten_at")
        .distinct()
        .orderBy("forgotten_at")
        .collectAsList()
        .stream()
        .map(row -> row.getTimestamp(0).toInstant())
        .toList();
  }

  /** Takes out what was written down at a time; doing it again does no harm. */
  private void sweep(Instant time) {
    Dataset<Row> records = open(time).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      steps(time, records).forEach(Runnable::run);
    } finally {
      records.unpersist();
    }
  }

  /** Columns record_id and content_hash of what was written down at a time and is not out yet. */
  Dataset<Row> open(Instant time) {
    return warehouse
        .read(ForgottenRow.class)
        .where(col("forgotten_at").equalTo(lit(time)).and(col("finished_at").isNull()))
        .select("record_id", "content_hash");
  }

  /**
   * What is done about records, in an order in which what comes first does not take from what comes
   * later what it is found by.
   */
  List<Runnable> steps(Instant time, Dataset<Row> records) {
    Dataset<Row> ids = records.select("record_id");
    TrainedRuns runs = new TrainedRuns(warehouse, records);
    List<Runnable> steps = new ArrayList<>();
    steps.add(() -> runs.mark(runs.find(), time));
    steps.add(() -> new AskedRecords(warehouse, ids, request).delete());
    steps.addAll(new PackForgetting(warehouse, ids).steps());
    steps.add(() -> delete(ReferenceRow.class, ids));
    steps.add(() -> deleteTeachings(ids));
    steps.add(() -> delete(SignatureRow.class, ids));
    steps.add(() -> delete(QuarantineRow.class, ids));
    steps.add(() -> delete(DocumentRow.class, ids));
    steps.add(() -> finish(time));
    return steps;
  }

  private void finish(Instant time) {
    Commits.retrying(
        () ->
            warehouse
                .deltaTable(ForgottenRow.class)
                .update(
                    col("forgotten_at").equalTo(lit(time)),
                    Map.of("finished_at", lit(Instant.now().truncatedTo(ChronoUnit.MICROS)))));
  }

  private void delete(Class<? extends Record> table, Dataset<Row> ids) {
    if (count(table, ids) == 0) {
      return;
    }
    Commits.retrying(
        () ->
            warehouse
                .deltaTable(table)
                .as("old")
                .merge(ids.as("ids"), "old.record_id = ids.record_id")
                .whenMatched()
                .delete()
                .execute());
  }

  /** A teacher was asked about whole packs, so what it said goes with any of their documents. */
  private void deleteTeachings(Dataset<Row> ids) {
    Dataset<Row> taught =
        warehouse
            .read(TeachingRow.class)
            .select(col("prep_id"), col("content"), explode(col("record_ids")).as("record_id"))
            .join(ids, new String[] {"record_id"}, "left_semi")
            .select("prep_id", "content")
            .distinct();
    if (taught.isEmpty()) {
      return;
    }
    Commits.retrying(
        () ->
            warehouse
                .deltaTable(TeachingRow.class)
                .as("old")
                .merge(taught.as("ids"), "old.prep_id = ids.prep_id AND old.content = ids.content")
                .whenMatched()
                .delete()
                .execute());
  }

  private List<Vacuum> vacuumed() {
    List<Vacuum> vacuumed = new ArrayList<>();
    for (Class<? extends Record> table : WITH_TEXT) {
      vacuumed.add(Vacuum.of(warehouse, table, new Vacuum.Request(0, true, false)));
    }
    return vacuumed;
  }
}
