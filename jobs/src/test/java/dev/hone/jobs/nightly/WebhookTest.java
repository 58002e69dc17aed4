package dev.hone.jobs.nightly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import dev.hone.formats.tables.ModelRow;
import dev.hone.jobs.nightly.gate.Gate;
import dev.hone.jobs.nightly.gate.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class WebhookTest {

  @Test
  void itIsToldWhatWasDecidedAndWhy() throws IOException {
    List<String> bodies = new ArrayList<>();
    JsonNode told;
    HttpServer server = server(200, bodies);
    try {
      assertEquals(Optional.empty(), Webhook.tell(address(server), decision()));
      told = new JsonMapper().readTree(bodies.get(0));
    } finally {
      server.stop(0);
    }
    assertEquals(
        "model helper version 3: rejected, worse", told.get("text").asText(), told.toString());
    assertEquals(3, told.get("version").asLong());
    assertEquals("eval_loss <= current", told.at("/gates/0/condition").asText());
    assertTrue(told.at("/gates/0/current").isNull(), "there is no NaN in JSON");
  }

  @Test
  void whatGoesWrongThereIsSaidWithoutTheAddress() throws IOException {
    List<String> bodies = new ArrayList<>();
    HttpServer server = server(500, bodies);
    try {
      assertEquals(
          Optional.of("nightly.webhook was not told, in 3 attempts: it answered with status 500"),
          Webhook.tell(address(server), decision()));
      assertEquals(3, bodies.size());
    } finally {
      server.stop(0);
    }
    String gone = Webhook.tell(address(server), decision()).orElseThrow();
    assertTrue(gone.startsWith("nightly.webhook was not told, in 3 attempts: "), gone);
    assertTrue(!gone.contains("s3cret"), gone);
    assertEquals(
        Optional.of("nightly.webhook is no address that can be called"),
        Webhook.tell("no address", decision()));
  }

  private static Decision decision() {
    List<Verdict> verdicts =
        List.of(new Verdict(Gate.parse("eval_loss <= current"), 2, Double.NaN, Optional.empty()));
    return new Decision(
        new ModelRow(
            "helper",
            3,
            "rejected",
            "helper-v3",
            Optional.of(2L),
            "prep",
            5,
            6,
            "0-3",
            10,
            4,
            0,
            1,
            "/models/v3",
            Optional.of("aa"),
            Optional.of(Decision.gates(verdicts)),
            Optional.of("worse"),
            Instant.EPOCH,
            Optional.of(Instant.EPOCH)),
        verdicts);
  }

  private static HttpServer server(int status, List<String> bodies) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String address(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/s3cret";
  }
}
