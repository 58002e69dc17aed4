package dev.hone.jobs.scoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.jobs.config.Judge;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * A model behind an OpenAI-compatible server: {@code POST ENDPOINT/chat/completions}. A failure of
 * the server (429, 5xx) or of the way there is tried again, each time after twice the pause; any
 * other status is not.
 */
final class ChatEndpoint {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST_TOKENS = 1024;

  private final Judge.Endpoint endpoint;
  private final Duration pause;
  private final HttpClient client;

  /** The server gave no answer; the message says why, for a person. */
  static final class NoAnswerException extends Exception {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message) {
      super(message);
    }
  }

  /**
   * @param pause before the second try
   */
  ChatEndpoint(Judge.Endpoint endpoint, Duration pause) {
    this.endpoint = endpoint;
    this.pause = pause;
    this.client = HttpClient.newBuilder().connectTimeout(endpoint.timeout()).build();
  }

  /**
   * The answer to one message, at temperature 0.
   *
   * @throws NoAnswerException if there is none after all tries
   */
  String ask(String message) throws NoAnswerException, InterruptedException {
    HttpRequest request = request(message);
    String problem = "";
    for (int attempt = 0; attempt <= endpoint.retries(); attempt++) {
      if (attempt > 0) {
        Thread.sleep(pause.multipliedBy(1L << Math.min(attempt - 1, 6)).toMillis());
      }
      try {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        int status = response.statusCode();
        if (status == 200) {
          return content(response.body());
        }
        problem = "status " + status;
        if (status != 429 && status < 500) {
          break;
        }
      } catch (IOException e) {
        problem =
            e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
      }
    }
    throw new NoAnswerException("%s gives no answer: %s".formatted(endpoint.endpoint(), problem));
  }

  private HttpRequest request(String message) {
    ObjectNode body = JSON.createObjectNode();
    body.put("model", endpoint.model()).put("temperature", 0).put("max_tokens", MOST_TOKENS);
    body.putArray("messages").addObject().put("role", "user").put("content", message);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint.endpoint() + "/chat/completions"))
            .timeout(endpoint.timeout())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    endpoint.apiKey().ifPresent(key -> request.header("Authorization", "Bearer " + key.value()));
    return request.build();
  }

  private static String content(String body) throws NoAnswerException {
    try {
      JsonNode content = JSON.readTree(body).at("/choices/0/message/content");
      if (content.isTextual()) {
        return content.asText();
      }
    } catch (JsonProcessingException e) {
      throw new NoAnswerException("the server's answer is no JSON");
    }
    throw new NoAnswerException("the server's answer has no choices[0].message.content");
  }
}
