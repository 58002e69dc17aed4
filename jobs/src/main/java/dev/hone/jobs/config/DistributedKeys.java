package dev.hone.jobs.config;

import dev.hone.training.collective.Payload;
import dev.hone.training.distributed.RankTeam;
import dev.hone.training.parallel.Averaged;
import dev.hone.training.parallel.OuterStep;
import dev.hone.training.parallel.Ranks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@code workers} and {@code distributed}.
 *
 * <pre>
 * workers: 4
 * distributed: {mode: parameter_averaging, averaging_frequency: 16, outer: nesterov}
 * </pre>
 */
final class DistributedKeys {
  private static final String NAME = "distributed";
  private static final String MODE = "mode";
  private static final String FREQUENCY = "averaging_frequency";
  private static final String OUTER = "outer";
  private static final String RATE = "outer_learning_rate";
  private static final String MOMENTUM = "outer_momentum";

  private final int workers;
  private final boolean given;
  private final Section section;

  private DistributedKeys(Section top, ReadContext context) {
    this.workers = top.integer("workers").orElse(1);
    this.given = top.given(NAME);
    ConfigNode.Entries entries =
        top.inner(NAME)
            .orElseGet(() -> new ConfigNode.Entries(top.location(), new LinkedHashMap<>()));
    this.section = new Section(KeyTable.distributed(), entries, NAME + ".", Set.of(), context);
  }

  /** The ranks, with what is wrong noted. */
  static RankTeam read(Section top, ReadContext context) {
    return new DistributedKeys(top, context).team();
  }

  private RankTeam team() {
    if (isLocalSteps() && section.text("payload").orElse("").equals("bf16")) {
      section.problem(
          "payload",
          "bf16 would round the weights themselves under mode: parameter_averaging; set payload: f32");
    }
    int timeout = section.integer("timeout").orElse(1);
    String payload = section.text("payload").orElse("f32");
    return new RankTeam(
        new Ranks(workers, averaged()),
        Duration.ofSeconds(timeout),
        Payload.valueOf(payload.toUpperCase(Locale.ROOT)));
  }

  private Averaged averaged() {
    int frequency = section.integer(FREQUENCY).orElse(1);
    double rate = section.number(RATE).orElse(1);
    double momentum = section.number(MOMENTUM).orElse(0);
    boolean nesterov = section.text(OUTER).orElse("none").equals("nesterov");
    return isLocalSteps()
        ? new Averaged.Parameters(
            frequency, nesterov ? new OuterStep(rate, momentum) : OuterStep.NONE)
        : new Averaged.Gradients();
  }

  private boolean isLocalSteps() {
    return section.text(MODE).orElse("").equals("parameter_averaging");
  }

  /** Keys that change nothing. */
  static List<String> notices(Section top, ReadContext context) {
    return new DistributedKeys(top, context).notices();
  }

  private List<String> notices() {
    List<String> notices = new ArrayList<>();
    if (given && workers == 1) {
      notices.add(NAME + ": no effect with workers: 1");
    }
    boolean nesterov = section.text(OUTER).orElse("none").equals("nesterov");
    Map<String, String> needs = new LinkedHashMap<>();
    if (!isLocalSteps()) {
      needs.put(FREQUENCY, "mode: parameter_averaging");
      needs.put(OUTER, "mode: parameter_averaging");
    }
    if (!isLocalSteps() || !nesterov) {
      needs.put(RATE, "outer: nesterov");
      needs.put(MOMENTUM, "outer: nesterov");
    }
    needs.forEach(
        (key, needed) -> {
          if (section.given(key)) {
            notices.add("%s: no effect without %s".formatted(section.full(key), needed));
          }
        });
    return notices;
  }
}
