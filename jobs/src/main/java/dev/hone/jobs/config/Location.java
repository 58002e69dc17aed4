package dev.hone.jobs.config;

/**
 * Where a value was written.
 *
 * @param source a file as the user named it, or {@code --set key=value}
 * @param line from 1; 0 where there is none
 */
record Location(String source, int line) {
  @Override
  public String toString() {
    return line > 0 ? source + ":" + line : source;
  }
}
