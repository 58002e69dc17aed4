package dev.hone.training.distributed;

import dev.hone.formats.HoneException;
import dev.hone.training.collective.LostRankException;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.util.List;

/**
 * How a rank's work ended. It comes back as a value, because an exception would make Spark repeat
 * the stage, and what the user has to mend fails again; only a lost executor is worth a repetition.
 */
sealed interface Outcome extends Serializable {

  /** All went well. */
  record Done() implements Outcome {}

  /** The user can mend it. */
  record Refused(String message, String trace) implements Outcome {}

  /** A defect. */
  record Broken(String message, String trace) implements Outcome {}

  /** The work ended early at a checkpoint, as it was asked to. */
  record Stopped(String message, long step) implements Outcome {}

  /** Another rank was lost, and says why itself. */
  record Lost(String message, String trace) implements Outcome {}

  /** The outcome of work that threw. */
  static Outcome of(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    if (thrown instanceof RunStoppedException stopped) {
      return new Stopped(stopped.getMessage(), stopped.step());
    }
    if (thrown instanceof LostRankException) {
      return new Lost(thrown.getMessage(), trace.toString());
    }
    return thrown instanceof HoneException
        ? new Refused(thrown.getMessage(), trace.toString())
        : new Broken(thrown.toString(), trace.toString());
  }

  /**
   * Throws on the driver what the work threw in a task: rather the cause than what others saw of
   * it, and rather what went wrong than that the others stopped.
   */
  static void orThrow(List<Outcome> outcomes) {
    outcomes.stream()
        .filter(outcome -> !(outcome instanceof Lost || outcome instanceof Stopped))
        .forEach(Outcome::orThrow);
    outcomes.stream().filter(outcome -> outcome instanceof Stopped).forEach(Outcome::orThrow);
    outcomes.forEach(Outcome::orThrow);
  }

  private void orThrow() {
    if (this instanceof Refused refused) {
      throw new HoneException(refused.message, new IllegalStateException(refused.trace));
    }
    if (this instanceof Stopped stopped) {
      throw new RunStoppedException(stopped.message, stopped.step);
    }
    if (this instanceof Lost lost) {
      throw new HoneException(lost.message, new IllegalStateException(lost.trace));
    }
    if (this instanceof Broken broken) {
      throw new IllegalStateException(
          "the rank failed with " + broken.message + "\n" + broken.trace);
    }
  }
}
