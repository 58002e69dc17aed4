package dev.hone.jobs.nightly;

import dev.hone.formats.FailureText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Tells an address of decisions. What goes wrong there is said, and stops nothing. */
final class Webhook {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 3;

  private Webhook() {}

  /**
   * Tells it.
   *
   * @return why it does not know; empty if it does. The address, which may be a secret, is not in
   *     it
   */
  static Optional<String> tell(String address, Decision decision) {
    String problem = "";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(address))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(decision.json()))
                .build();
        HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
        int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status < 300) {
          return Optional.empty();
        }
        problem = "it answered with status " + status;
      } catch (IOException e) {
        problem = FailureText.firstLine(e);
      } catch (IllegalArgumentException e) {
        return Optional.of("nightly.webhook is no address that can be called");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.of("the call was interrupted");
      }
    }
    return Optional.of(
        "nightly.webhook was not told, in %d attempts: %s".formatted(ATTEMPTS, problem));
  }
}
