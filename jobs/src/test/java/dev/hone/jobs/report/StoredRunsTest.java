package dev.hone.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.EvalRewardRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.docs.SmallWarehouse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a warehouse; those of a whole pipeline are in {@code PipelineTest}. */
@Tag("spark")
@Tag("slow")
class StoredRunsTest {
  @TempDir private Path dir;

  private final SparkSession spark = LocalSpark.session(1, Map.of());

  @Test
  void runsAreReadFromTheirTables() {
    Warehouse warehouse = SmallWarehouse.create(spark, dir.toString());
    String text = String.join("\n", Comparison.of(warehouse, "first", "second").lines());
    assertTrue(text.contains("\nstate    finished                 failed\n"), text);
    assertTrue(text.matches("(?s).*\nloss, last +1.0000 +1.0000 +0.0000\n.*"), text);
    assertTrue(text.matches("(?s).*\nheldout  exact_match, last +0.5000 +-\n.*"), text);

    warehouse.append(
        EvalRewardRow.class,
        List.of(
            rated("first", 0, "a", 1, 2),
            rated("first", 2, "a", 2, 2),
            rated("first", 3, "a", 2, 1),
            rated("first", 1, "b", 1, 1),
            rated("second", 4, "a", 1, 1)));
    String page = RunPage.of(warehouse, "first", true, Map.of());
    assertEquals(
        List.of("step 0, AUC <b>0.0000", "step 3, AUC <b>1.0000", "step 1, AUC <b>0.5000"),
        Pattern.compile("step \\d+, AUC <b>[0-9.]+")
            .matcher(page)
            .results()
            .map(MatchResult::group)
            .toList());
    assertTrue(page.contains("<pre>SELECT 3</pre>"), page);
    assertTrue(page.contains("the warehouse has no packs of this run"), page);
    assertFalse(RunPage.of(warehouse, "first", false, Map.of()).contains("SELECT"));

    HoneException unknown =
        assertThrows(HoneException.class, () -> RunPage.of(warehouse, "frist", true, Map.of()));
    assertTrue(
        unknown.getMessage().endsWith("has no run 'frist'; it has second, first"),
        unknown.getMessage());
  }

  private static EvalRewardRow rated(
      String run, long step, String set, float chosen, float rejected) {
    return new EvalRewardRow(run, step, set, 0, chosen, rejected);
  }

  @Tag("slow")
  @Test
  void anOlderHoneMadeFewerTables() {
    Warehouse warehouse = Warehouse.open(spark, dir.toString());
    HoneException none =
        assertThrows(HoneException.class, () -> Comparison.of(warehouse, "a", "b"));
    assertTrue(none.getMessage().contains("has no table runs"), none.getMessage());
    warehouse.create(List.of(RunRow.class));
    warehouse.append(RunRow.class, List.of(Stories.run("old", "finished", "{}", Optional.of("p"))));
    assertTrue(RunPage.of(warehouse, "old", true, Map.of()).contains("<title>old</title>"));
    assertEquals(SameData.SAME, Comparison.of(warehouse, "old", "old").data());
  }
}
