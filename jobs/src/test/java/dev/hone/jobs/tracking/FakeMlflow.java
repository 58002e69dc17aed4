package dev.hone.jobs.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers as MLflow's server does, or as one that is in trouble. */
final class FakeMlflow implements AutoCloseable {
  private static final String RUN =
      "{\"run_id\":\"r1\",\"artifact_uri\":\"mlflow-artifacts:/7/r1/artifacts\"}";
  private static final Map<String, String> ANSWERS =
      Map.of(
          "experiments/create", "{\"experiment_id\":\"7\"}",
          "runs/create", "{\"run\":{\"info\":" + RUN + "}}",
          "runs/search", "{\"runs\":[{\"info\":" + RUN + "}]}");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch never = new CountDownLatch(1);

  /** Path and body of each request. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  final List<String> authorizations = new CopyOnWriteArrayList<>();

  /** The status that a path is answered with instead; -1: none, ever. */
  final Map<String, Integer> trouble = new ConcurrentHashMap<>();

  FakeMlflow() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Bodies of the requests whose path ends so. */
  List<String> bodies(String end) {
    return asked.stream()
        .filter(line -> line.split(" ", 2)[0].endsWith(end))
        .map(line -> line.split(" ", 2)[1])
        .toList();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().replaceAll("^/api/2.0/mlflow(/|-)", "");
    asked.add(path + " " + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
        .ifPresent(authorizations::add);
    int status = trouble.getOrDefault(path, 200);
    if (status == -1) {
      try {
        never.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return;
    }
    String body = ANSWERS.getOrDefault(path, "{}");
    if (path.equals("experiments/get-by-name")) {
      status = 404;
      body = "{\"error_code\":\"RESOURCE_DOES_NOT_EXIST\",\"message\":\"no such experiment\"}";
    } else if (status != 200) {
      body = "{\"error_code\":\"INTERNAL_ERROR\",\"message\":\"the database is locked\"}";
    }
    exchange.sendResponseHeaders(status, body.length());
    exchange.getResponseBody().write(body.getBytes(UTF_8));
    exchange.close();
  }

  @Override
  public void close() {
    never.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
