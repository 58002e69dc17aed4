package dev.hone.jobs.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param location file and line
 * @param key the full key, such as {@code datasets.0.path}; empty for the file as a whole
 * @param message the value, why it is wrong, and what would be right
 */
public record Problem(String location, String key, String message) {
  @Override
  public String toString() {
    // An override is named by its key already.
    boolean named = key.isEmpty() || location.endsWith(" " + key);
    return named ? location + ": " + message : location + ": " + key + ": " + message;
  }
}
