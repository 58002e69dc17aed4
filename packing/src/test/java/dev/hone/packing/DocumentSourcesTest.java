package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.hone.packing.DocumentSources.Source;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class DocumentSourcesTest {
  /** Ingest refused two records of the first file, which leaves a gap and no collision. */
  private static final DocumentSources EXAMPLE =
      new DocumentSources(
          List.of(
              new Source("b", "b.jsonl", "v1", 3, 4, "1,2"),
              new Source("a", "x", "v1", 2, 1, "3,4"),
              new Source("a", "y", "v1", 6, 5, "5,6")));

  @Test
  void positionsDoTheirWorkedExample() {
    assertEquals(List.of(0L, 5L, 7L), EXAMPLE.firstPositions());
  }

  @Test
  void documentsAreCountedAndFingerprintedByDataset() {
    assertEquals(11, EXAMPLE.documents());
    assertEquals(8, EXAMPLE.documents("a"));
    assertEquals(0, EXAMPLE.documents("c"));
    assertNotEquals(EXAMPLE.fingerprint("a"), EXAMPLE.fingerprint("b"));
  }
}
