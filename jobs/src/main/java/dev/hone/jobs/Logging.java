package dev.hone.jobs;

import java.net.URL;

/**
 * Chooses the log of a local JVM before anything logs: quiet, because a user's problem is one line
 * of the command's own and Spark would print a stack trace for it too. Under spark-submit the
 * cluster's settings hold.
 */
final class Logging {
  private static final String CONFIGURATION = "log4j2.configurationFile";

  private Logging() {}

  static void configure(boolean verbose) {
    if (Sessions.underSparkSubmit() || System.getProperty(CONFIGURATION) != null) {
      return;
    }
    URL file =
        Logging.class.getResource(
            verbose ? "log4j2-verbose.properties" : "log4j2-quiet.properties");
    System.setProperty(CONFIGURATION, file.toString());
  }
}
