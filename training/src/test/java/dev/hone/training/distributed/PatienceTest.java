package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.formats.HoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against what {@code early-stopping/generate.py} recorded of transformers.Trainer. */
@Tag("unit")
class PatienceTest {
  private static final Path RECORDED = Path.of("src/test/resources/early-stopping/trainer.json");

  @TempDir private Path folder;

  static Stream<JsonNode> curves() throws IOException {
    JsonNode all = new JsonMapper().readTree(Files.readString(RECORDED));
    return StreamSupport.stream(all.spliterator(), false);
  }

  @Test
  void theExampleOfTheJavadoc() {
    Patience patience = new Patience(new BestRule("eval_loss", false, false, false, 2, 0));
    for (double loss : new double[] {2.1, 1.9, 1.9}) {
      patience.evaluated(OptionalDouble.of(loss));
      assertFalse(patience.isOver());
    }
    patience.evaluated(OptionalDouble.of(2.0));
    assertTrue(patience.isOver());
    assertEquals("eval_loss has not been better than 1.9000 in 2 evaluations", patience.reason());
  }

  @Test
  void whatIsNotMeasuredEndsNothing() {
    Patience none = new Patience(BestRule.LOWEST_LOSS);
    none.evaluated(OptionalDouble.empty());
    assertFalse(none.isOver());
    Patience asked = new Patience(new BestRule("bleu", true, true, false, 1, 0));
    String message =
        assertThrows(HoneException.class, () -> asked.evaluated(OptionalDouble.empty()))
            .getMessage();
    assertTrue(message.contains("'bleu' is not measured every eval_steps"), message);
  }

  @ParameterizedTest
  @MethodSource("curves")
  void endsAndChoosesAsTrainerDoes(JsonNode curve) throws IOException {
    BestRule rule =
        new BestRule(
            "score",
            curve.get("greater").booleanValue(),
            true,
            true,
            curve.get("patience").intValue(),
            curve.get("threshold").doubleValue());
    BestSoFar best = new BestSoFar(rule);
    Patience patience = new Patience(rule);
    long step = 0;
    while (step < curve.get("curve").size() && !patience.isOver()) {
      step++;
      JsonNode value = curve.get("curve").get((int) step - 1);
      double score = value.isNull() ? Double.NaN : value.doubleValue();
      best.add(new RankMessage.Evaluated(step, "set", "score", score, 1, Instant.EPOCH));
      patience.evaluated(best.measured(step));
      best.written(step);
      if (curve.get("interrupt").asLong() == step) {
        Files.createDirectories(folder.resolve("trainer"));
        best.save(folder);
        patience.save(folder);
        best = new BestSoFar(rule);
        best.resume(folder, steps(step));
        patience = new Patience(rule);
        patience.resume(folder);
      }
    }
    assertEquals(curve.get("last").longValue(), step, "the last step");
    assertEquals(
        curve.get("best").isNull()
            ? OptionalLong.empty()
            : OptionalLong.of(curve.get("best").longValue()),
        best.step(),
        "the best checkpoint");
  }

  private static Set<Long> steps(long last) {
    return LongStream.rangeClosed(1, last).boxed().collect(Collectors.toSet());
  }
}
