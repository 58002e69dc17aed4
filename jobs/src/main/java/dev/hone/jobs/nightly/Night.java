package dev.hone.jobs.nightly;

import java.util.List;
import java.util.Optional;

/**
 * What a night came to.
 *
 * @param decisions of versions, in their order: one that a night before left open, and tonight's;
 *     none: there was nothing new
 * @param busy who else is at the model, so that nothing was done here
 */
public record Night(List<Decision> decisions, Optional<String> busy) {
  public Night {
    decisions = List.copyOf(decisions);
  }
}
