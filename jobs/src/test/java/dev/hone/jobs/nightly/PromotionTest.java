package dev.hone.jobs.nightly;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.Warehouse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What {@link NightlyWeekTest} does by hand, and when it must not be done. */
@Tag("spark")
class PromotionTest {
  private static final Duration PATIENCE = Duration.ofMillis(600);

  @Test
  void nothingIsPutInUseByHandWhileANightDecides(@TempDir Path folder) {
    Warehouse warehouse =
        Warehouse.open(NightlyFixture.spark(), folder.resolve("warehouse").toString());
    warehouse.create();
    Models models = new Models(warehouse, "helper");
    models.begin(RejectedFoldersTest.version(1, Optional.empty(), Models.RETIRED));
    models.begin(RejectedFoldersTest.version(2, Optional.of(1L), Models.PROMOTED));
    Promotion byHand = new Promotion(warehouse, "helper", PATIENCE);

    Lease.Asked night = Lease.ofModel(warehouse, "helper", PATIENCE);
    try (Lease held = assertInstanceOf(Lease.Asked.Had.class, night).lease()) {
      for (Executable call :
          List.<Executable>of(() -> byHand.promote(1, "now"), () -> byHand.rollback("now"))) {
        String message = assertThrows(HoneException.class, call).getMessage();
        assertTrue(message.startsWith("model 'helper' is in the hands of "), message);
      }
      held.requireHeld();
    }

    String message =
        assertThrows(HoneException.class, () -> byHand.promote(1, "afterwards")).getMessage();
    assertTrue(message.contains("it was not trained to its end"), message);
    message = assertThrows(HoneException.class, () -> byHand.promote(7, "typo")).getMessage();
    assertTrue(message.contains("has no version 7; it has 1, 2"), message);
  }
}
