package dev.hone.jobs.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.ModelRow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RejectedFoldersTest {

  /** Version 3 was rejected, yet somebody used it by hand for a while, and 6 began with it. */
  @Test
  void onlyWhatNoVersionNeedsIsSuperfluous() {
    List<ModelRow> versions =
        List.of(
            version(1, Optional.empty(), Models.RETIRED),
            version(2, Optional.of(1L), Models.REJECTED),
            version(3, Optional.of(1L), Models.REJECTED),
            version(4, Optional.of(1L), Models.ROLLED_BACK),
            version(5, Optional.of(1L), Models.REJECTED),
            version(6, Optional.of(3L), Models.PROMOTED),
            version(7, Optional.of(6L), Models.FAILED),
            version(8, Optional.of(6L), Models.REJECTED),
            version(9, Optional.of(6L), Models.TRAINING));
    assertEquals(List.of(8L, 5L, 2L), superfluous(versions, 0));
    assertEquals(List.of(2L), superfluous(versions, 2));
    assertEquals(List.of(), superfluous(versions, 4));
  }

  @Test
  void aRunReadsAFolderWhoseNameIsInItsConfiguration() {
    assertTrue(RejectedFolders.names("{\"base_model\":\"s3://m/helper/v3\"}", "s3://m/helper/v3"));
    assertTrue(RejectedFolders.names("{\"base_model\":\"${OUT}/v3\"}", "s3://m/helper/v3"));
    assertTrue(RejectedFolders.names("{\"a\":\"/m/v3/checkpoint-8\"}", "/m/v3"));
    assertFalse(
        RejectedFolders.names("{\"base_model\":\"s3://m/helper/v31\"}", "s3://m/helper/v3"));
  }

  private static List<Long> superfluous(List<ModelRow> versions, int keep) {
    return RejectedFolders.superfluous(versions, keep).stream().map(ModelRow::version).toList();
  }

  static ModelRow version(long number, Optional<Long> parent, String state) {
    return new ModelRow(
        "helper",
        number,
        state,
        "helper-v" + number,
        parent,
        "prep",
        1,
        1,
        "0",
        1,
        1,
        0,
        1,
        "/out/v" + number,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Instant.EPOCH,
        Optional.empty());
  }
}
