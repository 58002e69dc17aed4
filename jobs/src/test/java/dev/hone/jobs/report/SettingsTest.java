package dev.hone.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SettingsTest {

  @Test
  void nestedKeysAreOne() {
    assertEquals(
        "{seed=7, datasets.0.path=a, datasets.0.on=true, tags=[x, y], empty={}, none=null, nested.0=[1, 2], nested.1=[]}",
        Settings.of(
                """
                {"seed": 7, "datasets": [{"path": "a", "on": true}], "tags": ["x", "y"], "empty": {},
                 "none": null, "nested": [[1, 2], []]}
                """)
            .toString());
    assertEquals("{}", Settings.of("{}").toString());
  }

  @Test
  void whatIsNoJsonIsADefect() {
    assertThrows(IllegalStateException.class, () -> Settings.of("{"));
  }
}
