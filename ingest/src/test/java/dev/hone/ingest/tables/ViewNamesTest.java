package dev.hone.ingest.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ViewNamesTest {
  private static final List<String> TABLES =
      List.of("documents", "runs", "metrics", "evals", "checkpoints");

  @Test
  void aQueryNeedsWhatItNamesAndWhatItsViewsRead() {
    assertEquals(Set.of("metrics"), Views.namedIn("SELECT * FROM Metrics m", TABLES));
    assertEquals(
        Set.of("latest_model", "checkpoints", "runs"),
        Views.namedIn("SELECT path FROM latest_model", TABLES));
    assertEquals(
        Set.of("run_summary", "loss_curve", "metrics", "evals", "runs"),
        Views.namedIn("select * from run_summary", TABLES));
    assertEquals(Set.of(), Views.namedIn("SHOW VIEWS", TABLES));
    assertEquals(Set.of(), Views.namedIn("SELECT * FROM metrics_of_mine", TABLES));
  }
}
