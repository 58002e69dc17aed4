package dev.hone.training.kernels.cpu;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that works on one range at a time. The next range mostly comes within microseconds of
 * the last, sooner than a sleeping thread can be woken, so both sides look for a little while
 * before they sleep; after ten seconds without work the thread ends, and the next range starts
 * another.
 */
final class Helper {
  private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final int worker;
  private final Workers.Scratch scratch;
  private int from;
  private int to;
  private Throwable failure;
  private volatile Workers.Range range; // null: what was to do is done
  private volatile boolean asleep = true; // or there is no thread
  private volatile Thread caller; // who sleeps until the range is done
  private Thread thread;

  Helper(int worker, Workers.Scratch scratch) {
    this.worker = worker;
    this.scratch = scratch;
  }

  /** Hands it a range; the last one must be done. */
  void begin(Workers.Range next, int first, int end) {
    from = first;
    to = end;
    failure = null;
    range = next;
    if (asleep) {
      wake();
    }
  }

  private synchronized void wake() {
    if (thread == null) {
      thread = new Thread(this::work, "hone-kernels");
      thread.setDaemon(true);
      thread.start();
    } else {
      LockSupport.unpark(thread);
    }
  }

  /** Waits until the range is done; null, or what went wrong in it. */
  Throwable join() {
    if (!look(false)) {
      boolean interrupted = false;
      caller = Thread.currentThread();
      while (range != null) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted(); // else the next park returns at once
      }
      caller = null;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return failure;
  }

  private void work() {
    while (await()) {
      try {
        range.run(worker, from, to, scratch);
      } catch (Throwable e) {
        failure = e;
      }
      range = null;
      LockSupport.unpark(caller);
    }
  }

  /** Waits for a range; false: none came, and this thread is no longer the helper's. */
  private boolean await() {
    if (look(true)) {
      asleep = false;
      return true;
    }
    asleep = true;
    long end = System.nanoTime() + IDLE_NANOS;
    while (range == null) {
      LockSupport.parkNanos(this, IDLE_NANOS);
      if (System.nanoTime() - end >= 0 && leave()) {
        return false;
      }
    }
    asleep = false;
    return true;
  }

  private synchronized boolean leave() {
    if (range != null) {
      return false;
    }
    thread = null;
    return true;
  }

  /** Whether there is work, or there is none, before it is time to sleep. */
  private boolean look(boolean work) {
    long end = System.nanoTime() + LOOK_NANOS;
    while (range != null != work) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }
}
