package dev.hone.jobs.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * MLflow's <a href="https://mlflow.org/docs/latest/rest-api.html">REST API</a>, as much of it as a
 * run needs. No answer in time, a status of 500 and above and 429 are a {@link BusyException};
 * other refusals are a {@link MlflowException}.
 *
 * <p>Credentials come from the environment, by the names of MLflow's own client: {@code
 * MLFLOW_TRACKING_TOKEN}, or {@code MLFLOW_TRACKING_USERNAME} and {@code MLFLOW_TRACKING_PASSWORD}.
 * No message shows them.
 */
final class MlflowApi {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int LONGEST_ANSWER = 300;

  /** A slow line; what is larger may take longer. */
  private static final long BYTES_A_SECOND = 1 << 20;

  private final String server;
  private final Duration timeout;
  private final Optional<String> authorization;
  private final HttpClient http;

  /**
   * A server.
   *
   * @param server its address, as of {@code mlflow_tracking_uri}
   * @param timeout of one request without a file
   */
  MlflowApi(String server, Map<String, String> environment, Duration timeout) {
    this.server = server.replaceAll("/+$", "");
    this.timeout = timeout;
    this.authorization = authorization(environment);
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .build();
  }

  private static Optional<String> authorization(Map<String, String> environment) {
    String token = environment.get("MLFLOW_TRACKING_TOKEN");
    String user = environment.get("MLFLOW_TRACKING_USERNAME");
    String password = environment.get("MLFLOW_TRACKING_PASSWORD");
    if (user != null && password != null) {
      byte[] both = (user + ":" + password).getBytes(UTF_8);
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(both));
    }
    return Optional.ofNullable(token).map(text -> "Bearer " + text);
  }

  /** Asks; {@code query} is one name and its value. */
  JsonNode get(String path, String name, String value) throws IOException, InterruptedException {
    String query = "?" + name + "=" + URLEncoder.encode(value, UTF_8);
    return send(request("/api/2.0/mlflow/" + path + query, timeout).GET());
  }

  /** Sends an object. */
  JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
    BodyPublisher json = BodyPublishers.ofString(JSON.writeValueAsString(body), UTF_8);
    return send(
        request("/api/2.0/mlflow/" + path, timeout)
            .header("Content-Type", "application/json")
            .POST(json));
  }

  /**
   * Puts a file where the server keeps artifacts.
   *
   * @param path in that place
   */
  void put(String path, BodyPublisher file) throws IOException, InterruptedException {
    String encoded =
        Arrays.stream(path.split("/", -1))
            .filter(part -> !part.isEmpty())
            .map(part -> URLEncoder.encode(part, UTF_8).replace("+", "%20"))
            .collect(Collectors.joining("/"));
    Duration enough = timeout.plusSeconds(file.contentLength() / BYTES_A_SECOND);
    send(request("/api/2.0/mlflow-artifacts/artifacts/" + encoded, enough).PUT(file));
  }

  private HttpRequest.Builder request(String path, Duration limit) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(server + path)).timeout(limit);
    authorization.ifPresent(value -> builder.header("Authorization", value));
    return builder;
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response;
    try {
      response = http.send(request.build(), BodyHandlers.ofString(UTF_8));
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new BusyException("%s does not answer (%s)".formatted(server, why), e);
    }
    int status = response.statusCode();
    if (status >= 500 || status == 429) {
      throw new BusyException(
          "%s answers with status %d: %s".formatted(server, status, shown(response.body())));
    }
    if (status >= 300) {
      throw refusal(status, response.body());
    }
    return parse(response.body()).orElseGet(JsonNodeFactory.instance::objectNode);
  }

  private MlflowException refusal(int status, String body) {
    JsonNode answer = parse(body).orElseGet(JsonNodeFactory.instance::objectNode);
    String message = answer.path("message").asText(body);
    return new MlflowException(
        answer.path("error_code").asText(),
        "%s answers with status %d: %s".formatted(server, status, shown(message)));
  }

  private static Optional<JsonNode> parse(String body) {
    try {
      return Optional.of(JSON.readTree(body)).filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static String shown(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() > LONGEST_ANSWER ? line.substring(0, LONGEST_ANSWER) + "..." : line;
  }
}
