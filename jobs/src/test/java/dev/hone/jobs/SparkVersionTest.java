package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SparkVersionTest {

  @Test
  void anotherVersionIsOneLine() {
    assertEquals("4.1.0", SparkVersion.here().orElseThrow());
    assertTrue(SparkVersion.isSupported("4.1.2"));
    assertTrue(SparkVersion.isSupported("4.0.2-amzn-0"));
    assertEquals("4.1.x and 4.0.x", SparkVersion.supported());
    assertEquals("delta-spark_4.1_2.13", SparkVersion.deltaArtifact());
    assertFalse(SparkVersion.isSupported("4.10.0"));
    assertDoesNotThrow(() -> SparkVersion.require("4.1.0"));
    HoneException e = assertThrows(HoneException.class, () -> SparkVersion.require("3.5.1"));
    assertEquals(
        "this is Spark 3.5.1, and hone runs on Spark 4.1.x and 4.0.x alone: it uses parts of it that"
            + " other versions do not have; run it with one of those",
        e.getMessage());
  }
}
