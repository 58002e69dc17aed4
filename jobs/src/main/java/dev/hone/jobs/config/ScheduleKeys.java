package dev.hone.jobs.config;

import dev.hone.formats.HoneException;
import dev.hone.training.schedule.CosineDecay;
import dev.hone.training.schedule.LrCurve;
import dev.hone.training.schedule.LrSchedulers;
import java.util.List;
import java.util.Optional;

/** {@code lr_scheduler} and the keys that go with it. */
final class ScheduleKeys {
  private static final String SCHEDULER = "lr_scheduler";
  private static final String KWARGS = "lr_scheduler_kwargs";
  private static final String LEAST = "cosine_min_lr_ratio";
  private static final String UNTIL = "cosine_constant_lr_ratio";
  private static final String QUADRATIC = "lr_quadratic_warmup";
  private static final List<String> OF_COSINE = List.of(LEAST, UNTIL, QUADRATIC);

  private ScheduleKeys() {}

  /** The schedule; a constant one after a problem. */
  static LrCurve read(Section top) {
    double peak = top.number("learning_rate").orElse(0);
    double least = top.number(LEAST).orElse(0);
    double until = top.number(UNTIL).orElse(1);
    boolean quadratic = top.flag(QUADRATIC);
    Optional<String> name = top.text(SCHEDULER);
    if (name.isEmpty()) {
      return LrCurve.CONSTANT;
    }
    LrCurve curve;
    try {
      curve = LrSchedulers.named(name.get(), top.map(KWARGS), peak);
    } catch (HoneException e) {
      top.problem(top.given(KWARGS) ? KWARGS : SCHEDULER, e.getMessage());
      return LrCurve.CONSTANT;
    }
    // A part of the peak that the rate stays at needs to be named: without one it would stay at 0.
    return name.get().equals("cosine") && curve instanceof CosineDecay cosine
        ? new CosineDecay(cosine.cycles(), least, least > 0 ? until : 1, quadratic)
        : curve;
  }

  /** Keys that change nothing. */
  static List<String> notices(Section top) {
    if (!top.text(SCHEDULER).orElse("").equals("cosine")) {
      List<String> idle = OF_COSINE.stream().filter(top::given).toList();
      return idle.isEmpty()
          ? List.of()
          : List.of(
              "%s: no effect with lr_scheduler: %s; it is for cosine"
                  .formatted(String.join(", ", idle), top.text(SCHEDULER).orElse("")));
    }
    return top.given(UNTIL) && !top.given(LEAST)
        ? List.of(UNTIL + ": no effect without " + LEAST + ", the rate that it holds")
        : List.of();
  }
}
