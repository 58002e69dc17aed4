package dev.hone.jobs.config;

import java.time.Duration;
import java.util.Optional;

/** Who says which of two answers is the better one. */
public sealed interface Judge {

  /** Nobody but the metrics of the questions themselves. */
  record Metrics() implements Judge {}

  /**
   * A reward model.
   *
   * @param path its directory
   */
  record Rewards(String path) implements Judge {}

  /**
   * A model behind an OpenAI-compatible server.
   *
   * @param endpoint its address up to the version, without a slash at the end
   * @param timeout of one request
   * @param retries requests that may follow one that failed
   */
  record Endpoint(
      String endpoint, String model, Optional<Secret> apiKey, Duration timeout, int retries)
      implements Judge {}

  /**
   * A credential, which no message shows.
   *
   * @param value as the environment has it
   */
  record Secret(String value) {
    @Override
    public String toString() {
      return "(not shown)";
    }
  }
}
