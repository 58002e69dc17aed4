package dev.hone.jobs.ui;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The newest runs of a session. */
final class LiveRuns {
  private static final int MOST = 20;

  private final List<LiveRun> runs = new ArrayList<>();

  /** A new run; one of the same name that was before goes. */
  synchronized void add(LiveRun run) {
    runs.removeIf(old -> old.runId().equals(run.runId()));
    runs.add(0, run);
    if (runs.size() > MOST) {
      runs.remove(MOST);
    }
  }

  /** All of them, the newest first. */
  synchronized List<RunState> now() {
    return runs.stream().map(LiveRun::now).toList();
  }

  /** The run of that name; the newest if it is null, empty or not there. */
  static Optional<RunState> chosen(List<RunState> all, String name) {
    return all.stream()
        .filter(run -> run.runId().equals(name))
        .findFirst()
        .or(() -> all.stream().findFirst());
  }
}
