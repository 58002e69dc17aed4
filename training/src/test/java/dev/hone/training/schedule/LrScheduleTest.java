package dev.hone.training.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.formats.HoneException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rates of every step, as Transformers computed them ({@code schedules/generate.py}). */
@Tag("unit")
class LrScheduleTest {

  @Test
  void everyRateIsThatOfTransformers() throws IOException {
    JsonNode expected = expected();
    double peak = expected.get("lr").doubleValue();
    Set<String> seen = new HashSet<>();
    for (JsonNode one : expected.get("cases")) {
      String name = one.get("lr_scheduler").textValue();
      seen.add(name);
      LrCurve curve = curve(one, LrSchedulers.named(name, kwargs(one), peak));
      LrSchedule schedule =
          new LrSchedule(
              curve, peak, one.get("warmup").longValue(), expected.get("total").longValue());
      for (int step = 0; step < one.get("rates").size(); step++) {
        assertEquals(
            one.get("rates").get(step).doubleValue(),
            schedule.at(step),
            1e-17,
            "step %d of %s %s, warm-up %s"
                .formatted(step, curve, one.get("keys"), one.get("warmup")));
      }
    }
    assertEquals(LrSchedulers.names(), seen);
  }

  @Test
  void aWarmUpLongerThanTheRunNeverReachesThePeak() {
    assertEquals(2.5e-4, new LrSchedule(LrCurve.LINEAR, 3e-4, 12, 10).at(10), 1e-18);
  }

  @Test
  void optionsThatDoNotFitAreRefusedWithWhatWould() {
    assertProblem(
        "linear",
        Map.of("num_cycles", "2"),
        "num_cycles is no option of lr_scheduler: linear, which has none; remove it");
    assertProblem(
        "cosine_with_restarts", Map.of("num_cycles", "two"), "num_cycles is two, not a number");
    assertProblem(
        "cosine_with_restarts", Map.of("num_cycles", "0"), "num_cycles is 0, not a number above 0");
    assertProblem(
        "polynomial",
        Map.of("lr_end", "1e-3"),
        "lr_end is 0.001, which has to be from 0 to below learning_rate 3.0E-4");
    assertProblem(
        "cosine_with_min_lr",
        Map.of("min_lr", "1e-5", "min_lr_rate", "0.1"),
        "needs min_lr or min_lr_rate, and only one of them");
    assertProblem("cosine_with_min_lr", Map.of(), "needs min_lr or min_lr_rate");
    assertProblem("warmup_stable_decay", Map.of(), "needs num_decay_steps");
    assertProblem(
        "warmup_stable_decay",
        Map.of("num_decay_steps", "3", "decay_type", "sqrt"),
        "decay_type is sqrt, not one of linear, cosine, 1-sqrt");
  }

  private static void assertProblem(String name, Map<String, String> options, String said) {
    HoneException thrown =
        assertThrows(HoneException.class, () -> LrSchedulers.named(name, options, 3e-4));
    assertTrue(thrown.getMessage().contains(said), thrown.getMessage());
  }

  /** Axolotl's keys beside {@code lr_scheduler: cosine}. */
  private static LrCurve curve(JsonNode one, LrCurve named) {
    JsonNode keys = one.get("keys");
    return keys.isEmpty()
        ? named
        : new CosineDecay(
            CosineDecay.HALF_WAVE,
            keys.path("cosine_min_lr_ratio").asDouble(0),
            keys.path("cosine_constant_lr_ratio").asDouble(1),
            keys.path("lr_quadratic_warmup").asBoolean());
  }

  private static Map<String, String> kwargs(JsonNode one) {
    Map<String, String> kwargs = new LinkedHashMap<>();
    one.get("lr_scheduler_kwargs")
        .properties()
        .forEach(option -> kwargs.put(option.getKey(), option.getValue().asText()));
    return kwargs;
  }

  private static JsonNode expected() throws IOException {
    try (InputStream in = LrScheduleTest.class.getResourceAsStream("/schedules/expected.json")) {
      return new JsonMapper().readTree(in);
    }
  }
}
