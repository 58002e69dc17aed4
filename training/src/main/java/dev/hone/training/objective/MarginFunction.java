package dev.hone.training.objective;

/** The loss of a pair as a function of how much better its chosen answer scores. */
@FunctionalInterface
public interface MarginFunction {

  /** Loss and its derivative at a margin. */
  Slope at(double margin);
}
