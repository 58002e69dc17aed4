package dev.hone.jobs.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.eval.SampledAnswers;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.docs.SmallWarehouse;
import dev.hone.jobs.nightly.gate.Gate;
import dev.hone.jobs.nightly.gate.Verdict;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class ScoresTest {
  @TempDir private Path dir;

  /** Two questions of one set and one of another, and answers that nobody measured. */
  @Test
  void anIntervalIsOfTheAnswersThatWereMeasured() {
    Warehouse warehouse =
        SmallWarehouse.create(LocalSpark.session(1, Map.of()), dir.resolve("w").toString());
    warehouse.append(GenerationRow.class, List.of(other(0, false), other(3, true)));
    Verdict verdict =
        new Scores(warehouse, "first", 3)
            .judge(List.of(Gate.parse("exact_match >= current")))
            .get(0);
    assertEquals(0.25, verdict.candidate());
    assertEquals(0, verdict.current());
    assertEquals(3, verdict.difference().orElseThrow().items());
  }

  private static GenerationRow other(long step, boolean right) {
    return new GenerationRow(
        "first",
        step,
        SampledAnswers.DATASET,
        0,
        "a prompt",
        "an answer",
        "a reference",
        right,
        Instant.EPOCH);
  }
}
