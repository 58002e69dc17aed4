package dev.hone.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SqlAnswerTest {

  @Test
  void fencesAndSemicolonsAreTakenOff() {
    assertEquals("SELECT 1", SqlAnswer.of("Here you are:\n```sql\nSELECT 1;\n```"));
    assertEquals("SELECT 1", SqlAnswer.of("```\nSELECT 1\n```\n```sql\nSELECT 2\n```"));
    assertEquals("SELECT 1", SqlAnswer.of("```sql\nSELECT 1"));
    assertEquals("SELECT '`a`'", SqlAnswer.of(" SELECT '`a`' ;\n"));
    assertEquals("", SqlAnswer.of("  "));
  }
}
