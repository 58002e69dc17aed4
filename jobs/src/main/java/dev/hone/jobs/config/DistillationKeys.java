package dev.hone.jobs.config;

import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.kernels.DistillationLoss.Divergence;
import dev.hone.training.objective.Distillation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code kd_trainer} and the keys that go with it: learning from a teacher. */
final class DistillationKeys {
  private static final String TRAINER = "kd_trainer";
  private static final String TEACHER = "teacher_model";
  private static final String TOP_K = "kd_top_k";
  private static final String ALPHA = "kd_alpha";
  private static final String CE_ALPHA = "kd_ce_alpha";
  private static final String TEMPERATURE = "kd_temperature";
  private static final String BETA = "kd_beta";
  private static final String DIVERGENCE = "kd_divergence";

  private DistillationKeys() {}

  /** The teacher, once everything has been checked. */
  static Optional<Teacher> teacher(Section top) {
    Optional<String> model = top.text(TEACHER);
    int topK = top.integer(TOP_K).orElseThrow();
    return model.filter(name -> top.flag(TRAINER)).map(name -> new Teacher(name, topK));
  }

  /** What is minimised with a teacher; empty: there is none. */
  static Optional<Distillation> read(Section top) {
    DistillationLoss loss =
        new DistillationLoss(
            divergence(top),
            top.number(TEMPERATURE).orElse(1.0),
            top.number(BETA).orElse(0.5),
            top.number(ALPHA).orElse(0.9),
            top.number(CE_ALPHA).orElse(0.1));
    double noise = SupervisedKeys.read(top).embeddingNoise();
    return top.flag(TRAINER) ? Optional.of(new Distillation(loss, noise)) : Optional.empty();
  }

  /** As named; or as Axolotl has it in {@code kd_beta}, from 0 for forward to 1 for reverse. */
  private static Divergence divergence(Section top) {
    Optional<String> named = top.text(DIVERGENCE);
    double beta = top.number(BETA).orElse(0.0);
    if (named.isPresent()) {
      return Divergence.valueOf(named.get().toUpperCase(Locale.ROOT));
    }
    return beta == 0 ? Divergence.FORWARD : beta == 1 ? Divergence.REVERSE : Divergence.JS;
  }

  static void check(Section top) {
    if (!top.flag(TRAINER)) {
      return;
    }
    if (top.text("rl").isPresent()) {
      top.problem(
          TRAINER,
          "true together with rl: %s (%s): a teacher is for supervised fine-tuning; keep one of the two"
              .formatted(top.text("rl").get(), top.location("rl")));
    }
    if (!top.given(TEACHER)) {
      top.problem(TRAINER, "true without a teacher; give its directory as teacher_model");
    }
    for (String key : SupervisedKeys.losses(top)) {
      top.problem(
          key,
          "%s together with kd_trainer (%s), which has a loss of its own; remove one of the two"
              .formatted(top.text(key).orElseThrow(), top.location(TRAINER)));
    }
    if (top.number(ALPHA).orElse(1.0) == 0 && top.number(CE_ALPHA).orElse(1.0) == 0) {
      top.problem(
          ALPHA,
          "0 together with kd_ce_alpha: 0 leaves nothing to learn; give one of the two a weight");
    }
    double beta = top.number(BETA).orElse(0.5);
    if (top.given(DIVERGENCE) && divergence(top) == Divergence.JS && (beta == 0 || beta == 1)) {
      top.problem(
          BETA,
          "%s together with kd_divergence: js, which lies between 0 and 1; use kd_divergence: %s"
              .formatted(Numbers.text(beta), beta == 0 ? "forward" : "reverse"));
    }
  }

  /** Keys that change nothing. */
  static List<String> notices(Section top) {
    List<String> notices = new ArrayList<>();
    if (!top.flag(TRAINER)) {
      List.of(TEACHER, TOP_K, ALPHA, CE_ALPHA, TEMPERATURE, BETA, DIVERGENCE).stream()
          .filter(top::given)
          .forEach(key -> notices.add(key + ": no effect without kd_trainer: true"));
    } else if (top.given(BETA) && top.given(DIVERGENCE) && divergence(top) != Divergence.JS) {
      notices.add(
          "kd_beta: no effect with kd_divergence: %s; it is for js"
              .formatted(top.text(DIVERGENCE).orElseThrow()));
    }
    return notices;
  }
}
