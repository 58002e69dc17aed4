package dev.hone.jobs.forget;

import static dev.hone.jobs.forget.ForgetFixture.BY_RAW;
import static dev.hone.jobs.forget.ForgetFixture.BY_TEXT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.ForgottenRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.packing.PrepReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a call that was cut off left undone, the next one does, and nothing twice. */
@Tag("slow")
class ForgettingCutOffTest {

  @Test
  void whereverItWasCutTheNextCallEndsIt(@TempDir Path folder) throws IOException {
    ForgetFixture fixture = new ForgetFixture(LocalSpark.session(2, Map.of()), folder);
    fixture.writeCorpus();
    PrepReport before = fixture.prepare();
    fixture.train(before.prep().prepId());

    ForgetRequest request =
        new ForgetRequest(
            List.of(BY_TEXT, BY_RAW), List.of(), Forgetting.DEFAULT_TABLES, false, false);
    Forgetting forgetting = new Forgetting(fixture.warehouse(), request);
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    forgetting.writeDown(new Selection(fixture.warehouse(), request).rows(), now);
    // One step more each time, and each time from the start, as after a kill.
    int cuts = 0;
    while (cuts + 1 < steps(forgetting, now).size()) {
      cuts++;
      steps(forgetting, now).subList(0, cuts).forEach(Runnable::run);
    }
    assertTrue(cuts >= 4, cuts + " cuts");
    assertEquals(6, fixture.count(ForgottenRow.class, "finished_at IS NULL"));

    assertTrue(fixture.forget(List.of(), false, false).isEmpty());
    assertEquals(0, fixture.count(ForgottenRow.class, "finished_at IS NULL"));
    assertEquals(0, fixture.count(DocumentRow.class, BY_TEXT));
    assertEquals(0, fixture.count(QuarantineRow.class, BY_RAW));
    assertEquals(1, fixture.count(RunRow.class, "run_id = 'trained' AND forgotten_rows = 4"));
    PrepReport again = fixture.prepare();
    assertTrue(again.reused(), "encoded " + again.encoded());
    assertEquals(before.prep().documents() - 4, again.prep().documents());
    assertEquals(before.prep().quarantined() - 1, again.prep().quarantined());
  }

  private static List<Runnable> steps(Forgetting forgetting, Instant time) {
    return forgetting.steps(time, forgetting.open(time));
  }
}
