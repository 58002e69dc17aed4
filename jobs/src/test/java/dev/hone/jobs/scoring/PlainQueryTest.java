package dev.hone.jobs.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkSqlParser;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is refused before Spark looks at it; nothing is run. */
@Tag("unit")
class PlainQueryTest {
  private static final SparkSqlParser PARSER = new SparkSqlParser();

  private static LogicalPlan parsed(String query) {
    return PARSER.parsePlan(query);
  }

  private static Optional<String> problem(String query) {
    return PlainQuery.problem(parsed(query), Set.of("runs", "evals"));
  }

  @Test
  void queriesOverTheTablesAreRun() {
    for (String query :
        List.of(
            "SELECT 1",
            "SELECT * FROM runs",
            "SELECT a, count(*) FROM Runs WHERE b > 2 GROUP BY a HAVING count(*) > 1 ORDER BY a LIMIT 3 OFFSET 1",
            "SELECT r.a FROM runs r JOIN evals AS e ON r.a = e.a LEFT JOIN (SELECT 1 AS a) x USING (a)",
            "WITH w AS (SELECT * FROM runs), v AS (SELECT * FROM w) SELECT * FROM w UNION ALL SELECT * FROM v",
            "SELECT a FROM runs WHERE a IN (SELECT a FROM evals) AND EXISTS (SELECT 1 FROM evals)",
            "SELECT (SELECT max(b) FROM evals) AS most, sum(b) OVER (PARTITION BY a ORDER BY b) FROM runs",
            "SELECT a FROM runs EXCEPT SELECT a FROM evals INTERSECT SELECT a FROM evals",
            "SELECT DISTINCT x.c FROM runs LATERAL VIEW explode(a) x AS c",
            "SELECT * FROM VALUES (1, 2), (3, 4) AS t(a, b)",
            "SELECT * FROM runs PIVOT (sum(b) FOR c IN ('x', 'y'))")) {
      assertEquals(Optional.empty(), problem(query), query);
    }
  }

  @Test
  void ordersAreNotRun() {
    for (String order :
        List.of(
            "DROP TABLE runs",
            "INSERT INTO runs VALUES (1)",
            "DELETE FROM runs",
            "CREATE TABLE t AS SELECT 1",
            "SET spark.sql.shuffle.partitions = 1",
            "SHOW TABLES",
            "DESCRIBE runs",
            "EXPLAIN SELECT 1",
            "CACHE TABLE runs",
            "ADD JAR '/tmp/x.jar'",
            "INSERT OVERWRITE DIRECTORY '/tmp/x' USING csv SELECT 1",
            "EXECUTE IMMEDIATE 'DROP TABLE runs'",
            "WITH w AS (SELECT 1) INSERT INTO runs SELECT * FROM w",
            "FROM runs INSERT INTO evals SELECT *")) {
      assertTrue(problem(order).isPresent(), order);
    }
    assertEquals(Optional.of("is no query but DropTable"), problem("DROP TABLE runs"));
  }

  @Test
  void whatReachesElsewhereIsNotRun() {
    for (String query :
        List.of(
            "SELECT * FROM text.`/etc/passwd`",
            "SELECT * FROM spark_catalog.default.runs",
            "SELECT * FROM secrets",
            "SELECT 1 WHERE EXISTS (SELECT * FROM secrets)",
            "SELECT a FROM runs ORDER BY (SELECT max(b) FROM secrets)",
            "WITH w AS (SELECT * FROM secrets) SELECT * FROM w",
            "SELECT TRANSFORM(a) USING 'cat' AS (b) FROM runs",
            "SELECT java_method('java.lang.System', 'exit', 1)",
            "SELECT a FROM runs WHERE abs(Reflect('java.lang.System', 'nanoTime')) > 1",
            "SELECT system.builtin.java_method('java.lang.System', 'exit', 1)",
            "SELECT * FROM range(1000000000000)")) {
      assertTrue(problem(query).isPresent(), query);
    }
    assertEquals(
        Optional.of("asks the table text./etc/passwd, which is not there"),
        problem("SELECT * FROM text.`/etc/passwd`"));
    assertEquals(
        Optional.of("calls java_method, which is not run"),
        problem("SELECT java_method('java.lang.System', 'exit', 1)"));
  }

  @Test
  void anOrderIsThatOfTheWholeQuery() {
    for (String query :
        List.of(
            "SELECT a FROM runs ORDER BY a",
            "SELECT a FROM runs ORDER BY a LIMIT 2 OFFSET 1",
            "WITH w AS (SELECT 1 AS a) SELECT a FROM w ORDER BY a DESC LIMIT 1")) {
      assertTrue(PlainQuery.isOrdered(parsed(query)), query);
    }
    for (String query :
        List.of(
            "SELECT a FROM runs",
            "SELECT a FROM runs SORT BY a",
            "SELECT count(*) FROM (SELECT a FROM runs ORDER BY a LIMIT 2)",
            "SELECT a, sum(b) OVER (ORDER BY a) FROM runs LIMIT 5")) {
      assertFalse(PlainQuery.isOrdered(parsed(query)), query);
    }
  }

  @Test
  void aPersonMayLookAsWell() {
    ReadOnly.require(parsed("SHOW TABLES"));
    ReadOnly.require(parsed("SELECT 1"));
    for (String change :
        List.of(
            "DROP TABLE runs",
            "EXECUTE IMMEDIATE 'DROP TABLE runs'",
            "CALL some.procedure()",
            "BEGIN DROP TABLE runs; END",
            "WITH w AS (SELECT 1) INSERT INTO runs SELECT * FROM w")) {
      assertTrue(
          assertThrows(HoneException.class, () -> ReadOnly.require(parsed(change)), change)
              .getMessage()
              .contains("hone sql only reads"));
    }
  }
}
