package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class NightlyKeysTest {
  private static final String GATE = "model: helper, promote_if: eval_loss <= current";

  @TempDir private Path folder;

  @Test
  void whatIsNotSaidDoesNothing() {
    HoneConfig.Nightly nightly = read(GATE).orElseThrow();
    assertEquals("helper", nightly.model());
    assertEquals("eval_loss <= current", nightly.promoteIf().get(0).text());
    assertEquals(0, nightly.replay());
    assertEquals(Optional.empty(), nightly.keepRejected());
    assertEquals(Optional.empty(), nightly.webhook());
    assertTrue(!nightly.rejectedAgain());
  }

  @Test
  void everyKeyIsRead() {
    HoneConfig.Nightly nightly =
        read("model: helper, promote_if: ['eval_loss <= current', 'perplexity < 9'], replay: 0.3,"
                + " rejected_records: again, keep_rejected: 3, webhook: 'http://chat/hook'")
            .orElseThrow();
    assertEquals(2, nightly.promoteIf().size());
    assertEquals(0.3, nightly.replay());
    assertTrue(nightly.rejectedAgain());
    assertEquals(Optional.of(3), nightly.keepRejected());
    assertEquals(Optional.of("http://chat/hook"), nightly.webhook());
  }

  @Test
  void problemsSayWhatIsWrong() {
    problem("model: a/b, promote_if: eval_loss <= current", "'a/b' is not a name");
    problem("model: helper, promote_if: better", "'better' is no condition");
    problem(GATE + ", keep_rejected: -1", "keep_rejected");
    problem(GATE + ", replay: -1", "replay");
  }

  private Optional<HoneConfig.Nightly> read(String keys) {
    return new ConfigTexts(folder).read(yaml(keys)).nightly();
  }

  private void problem(String keys, String part) {
    new ConfigTexts(folder).assertProblem(yaml(keys), part);
  }

  private static String yaml(String keys) {
    return ConfigTexts.MINIMAL
        + "test_datasets:\n  - {path: held.jsonl, type: alpaca}\nnightly: {"
        + keys
        + "}\n";
  }
}
