package dev.hone.training.trainer;

/** {@code on_nan}: what becomes of a step whose loss or gradient is not finite. */
public enum OnNan {
  /** The run ends with an error that names the step. */
  STOP,
  /** The step is not taken, and the run goes on with the next; see {@link StepGuard}. */
  SKIP
}
