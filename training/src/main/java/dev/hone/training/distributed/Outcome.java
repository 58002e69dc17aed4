package dev.hone.training.distributed;

import dev.hone.formats.HoneException;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;

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

  /** The outcome of work that threw. */
  static Outcome of(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    return thrown instanceof HoneException
        ? new Refused(thrown.getMessage(), trace.toString())
        : new Broken(thrown.toString(), trace.toString());
  }

  /** Throws on the driver what the work threw in the task. */
  default void orThrow() {
    if (this instanceof Refused refused) {
      throw new HoneException(refused.message, new IllegalStateException(refused.trace));
    }
    if (this instanceof Broken broken) {
      throw new IllegalStateException(
          "the rank failed with " + broken.message + "\n" + broken.trace);
    }
  }
}
