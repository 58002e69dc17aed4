package dev.hone.jobs.tracking;

import java.io.Closeable;
import java.io.IOException;

/**
 * Keeps a copy of one run's numbers. All methods are called on one thread of the tracker's own, in
 * this order: {@code begin}, any number of {@code write}, {@code end}, {@code close}.
 *
 * <p>A {@link BusyException} means that the same call is worth another try, and it is made again.
 * Any other exception ends the tracker, not the run.
 */
interface Tracker extends Closeable {

  /** The run begins, or goes on after {@code from} steps. */
  void begin() throws IOException, InterruptedException;

  /** One event, in order. */
  void write(TrackedEvent event) throws IOException, InterruptedException;

  /** The run has ended. */
  void end(Ending ending) throws IOException, InterruptedException;

  /** Lets go of files and connections; after a failure, too. */
  @Override
  default void close() throws IOException {}
}
