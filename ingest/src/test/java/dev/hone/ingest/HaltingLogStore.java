package dev.hone.ingest;

import io.delta.storage.HDFSLogStore;
import java.io.IOException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Delta's log of local files that stops the JVM at a commit, as a power failure would: no hook
 * runs, nothing is flushed. System property {@code hone.halt} is {@code TABLE:before} or {@code
 * TABLE:after}: whether the commit is still made; without it nothing happens.
 */
public final class HaltingLogStore extends HDFSLogStore {
  private static final int KILLED = 137;

  public HaltingLogStore(Configuration hadoop) {
    super(hadoop);
  }

  @Override
  public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration hadoop)
      throws IOException {
    String[] halt = System.getProperty("hone.halt", "nowhere:never").split(":", 2);
    boolean here = path.toString().contains("/" + halt[0] + "/_delta_log/");
    if (here && halt[1].equals("before")) {
      Runtime.getRuntime().halt(KILLED);
    }
    super.write(path, actions, overwrite, hadoop);
    if (here) {
      Runtime.getRuntime().halt(KILLED);
    }
  }
}
