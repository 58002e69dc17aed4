package dev.hone.eval;

import dev.hone.training.distributed.ModelProbe;

/**
 * The held-out packs of the preparation: loss, perplexity and token accuracy, also every {@code
 * eval_steps}.
 *
 * @param dataset the name in {@code evals}
 */
public record HeldOutLoss(String dataset) implements ModelProbe {

  @Override
  public boolean everyEvalSteps() {
    return true;
  }

  @Override
  public void measure(Subject subject, long step) {
    Evaluator.report(
        Evaluator.evaluate(subject.model()::evaluate, subject.heldOut().packs()),
        dataset,
        step,
        subject.report());
  }
}
