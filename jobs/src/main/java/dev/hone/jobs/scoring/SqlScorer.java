package dev.hone.jobs.scoring;

import dev.hone.eval.RowSets;
import dev.hone.eval.SqlAnswer;
import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.config.HoneConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Says of queries that a model wrote whether they return what the expected ones do. These are run
 * once, when it is opened, so that one that cannot be run is found before a model is asked.
 */
public final class SqlScorer implements AutoCloseable {
  /** What is said of a query that is right. */
  public static final String RIGHT = "right";

  private static final int LONGEST = 300;

  private final SqlTables tables;
  private final Map<String, SqlTables.Result> expected = new HashMap<>();

  private SqlScorer(SqlTables tables) {
    this.tables = tables;
  }

  /**
   * Opens the tables and runs the expected queries.
   *
   * @param place the warehouse, whose tables are asked if the entry names none
   * @param queries the expected ones, in the order of their rows
   * @param notices is told how many of them return nothing
   * @throws HoneException if a table cannot be read, or a query cannot be run
   */
  public static SqlScorer open(
      Warehouse warehouse,
      String place,
      HoneConfig.Questions entry,
      List<String> queries,
      Consumer<String> notices) {
    SqlScorer scorer = new SqlScorer(SqlTables.open(warehouse, place, entry));
    try {
      for (int row = 0; row < queries.size(); row++) {
        scorer.expect(entry.source(), row, queries.get(row));
      }
    } catch (RuntimeException e) {
      scorer.close();
      throw e;
    }
    long nothing = queries.stream().filter(scorer::returnsNothing).count();
    if (nothing > 0) {
      notices.accept(
          "%s: %s: %d of the %d expected queries return no value, as would many a wrong one; give tables that hold what is asked"
              .formatted(entry.source().location(), entry.source().key(), nothing, queries.size()));
    }
    return scorer;
  }

  private void expect(HoneConfig.Dataset source, int row, String query) {
    SqlTables.Result result =
        expected.computeIfAbsent(query, text -> tables.run(SqlAnswer.of(text)));
    if (result.problem().isPresent()) {
      throw new HoneException(
          "%s: %s: the expected query of question %d %s: %s; correct the query, or its tables"
              .formatted(source.location(), source.key(), row, result.problem().get(), query));
    }
  }

  private boolean returnsNothing(String query) {
    return expected.get(query).rows().stream().flatMap(List::stream).noneMatch(Objects::nonNull);
  }

  /**
   * Runs a query.
   *
   * @param completion what the model wrote
   * @param reference the expected query
   * @return {@value #RIGHT}, or {@code wrong: } and why
   */
  public String verdict(String completion, String reference) {
    String query = SqlAnswer.of(completion);
    if (query.equals(SqlAnswer.of(reference))) {
      return RIGHT;
    }
    if (query.isEmpty()) {
      return "wrong: is empty";
    }
    // A run that goes on may have asked what its questions no longer hold.
    SqlTables.Result wanted =
        expected.computeIfAbsent(reference, text -> tables.run(SqlAnswer.of(text)));
    SqlTables.Result found = tables.run(query);
    Optional<String> problem =
        found.problem().or(() -> RowSets.difference(wanted.rows(), found.rows(), wanted.ordered()));
    return problem.map(why -> "wrong: " + shortened(why)).orElse(RIGHT);
  }

  private static String shortened(String reason) {
    return reason.length() > LONGEST ? reason.substring(0, LONGEST) + "..." : reason;
  }

  @Override
  public void close() {
    tables.close();
  }
}
