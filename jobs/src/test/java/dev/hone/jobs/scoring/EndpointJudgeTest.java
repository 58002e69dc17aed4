package dev.hone.jobs.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hone.eval.Judgement;
import dev.hone.eval.Judgement.Outcome;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.jobs.config.Judge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A judge over HTTP, played by a server in this JVM. */
@Tag("unit")
class EndpointJudgeTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String KEY = "planted-judge-key";

  /** What the server does with a request: a status and a body. */
  private record Reply(int status, String body) {
    static Reply says(String content) {
      ObjectNode root = JSON.createObjectNode();
      root.putArray("choices").addObject().putObject("message").put("content", content);
      return new Reply(200, root.toString());
    }
  }

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<String> keys = Collections.synchronizedList(new ArrayList<>());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private Function<String, Reply> behaviour;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String question = JSON.readTree(body).at("/messages/0/content").asText();
    asked.add(question);
    keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    Reply reply = behaviour.apply(question);
    byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(reply.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private List<Judgement> judge(int retries, Duration timeout, Pair... pairs) {
    String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    Judge.Endpoint endpoint =
        new Judge.Endpoint(address, "any", Optional.of(new Judge.Secret(KEY)), timeout, retries);
    return new EndpointJudge(endpoint, Duration.ofMillis(1)).judge(List.of(pairs));
  }

  private List<Judgement> judge(Pair... pairs) {
    return judge(2, Duration.ofSeconds(10), pairs);
  }

  private static Pair pair(String mine, String other) {
    return new Pair(
        new Conversation(List.of(Message.of("user", "What is one and one?"))),
        answered(3, mine),
        answered(0, other));
  }

  private static GenerationRow answered(int step, String answer) {
    return new GenerationRow(
        "run", step, "set", 0, "rendered", answer, "two", false, Instant.EPOCH);
  }

  /** Likes the answer that says two. */
  private static Reply fair(String question) {
    boolean a = between(question, "[Answer A]", "[Answer B]").contains("two");
    boolean b = between(question, "[Answer B]", "Give your").contains("two");
    return Reply.says("[[A]] or [[B]]? I say [[" + (a == b ? "C" : a ? "A" : "B") + "]].");
  }

  private static String between(String text, String from, String to) {
    return text.substring(text.indexOf(from), text.indexOf(to));
  }

  @Test
  void anAnswerWinsIfItDoesInBothOrders() {
    behaviour = EndpointJudgeTest::fair;
    List<Judgement> said = judge(pair("two", "three"), pair("three", "two"), pair("two", "two!"));
    assertEquals(
        List.of(Outcome.WIN, Outcome.LOSS, Outcome.TIE),
        said.stream().map(Judgement::outcome).toList());
    assertEquals(6, asked.size());
    assertTrue(asked.get(0).contains("user: What is one and one?"), asked.get(0));
    assertTrue(asked.get(0).contains("[An answer that is known to be right]\ntwo\n"));
    assertEquals(List.of("Bearer " + KEY), keys.stream().distinct().toList());
  }

  @Test
  void aJudgeThatFavoursAPlaceMakesTies() {
    behaviour = question -> Reply.says("A");
    Judgement said = judge(pair("two", "three")).get(0);
    assertEquals("tie: the judge said A, and A the other way round", said.text());
  }

  @Test
  void anAnswerThatSaysNothingIsATie() {
    behaviour = question -> Reply.says("Both are\nvery nice. ".repeat(9));
    Judgement said = judge(pair("two", "three")).get(0);
    assertEquals(Outcome.TIE, said.outcome());
    assertTrue(
        said.reason().startsWith("the judge said neither A, B nor C: 'Both are very nice."),
        said.reason());
    assertTrue(said.reason().length() < 120, said.reason());
  }

  @Test
  void aServerThatFailsIsAskedAgain() {
    behaviour =
        question ->
            asked.size() <= 2 ? new Reply(asked.size() == 1 ? 500 : 429, "") : fair(question);
    assertEquals(Outcome.WIN, judge(pair("two", "three")).get(0).outcome());
    assertEquals(4, asked.size(), "two failures, then both orders");
  }

  @Test
  void aServerThatKeepsFailingIsLeftAlone() {
    behaviour = question -> new Reply(500, "");
    Pair[] pairs = Collections.nCopies(60, pair("two", "three")).toArray(Pair[]::new);
    List<Judgement> said = judge(1, Duration.ofSeconds(10), pairs);
    assertEquals(60, said.stream().filter(one -> one.outcome() == Outcome.NONE).count());
    assertTrue(said.get(0).reason().endsWith("gives no answer: status 500"), said.get(0).reason());
    assertTrue(said.get(59).reason().startsWith("not asked"), said.get(59).reason());
    assertTrue(asked.size() <= 2 * (5 + 4), asked.size() + " requests");
  }

  @Test
  void aRefusalIsNotRepeatedAndShowsNoKey() {
    behaviour = question -> new Reply(401, KEY);
    Judgement said = judge(pair("two", "three")).get(0);
    assertEquals(Outcome.NONE, said.outcome());
    assertEquals(1, asked.size());
    assertFalse(said.text().contains(KEY), said.text());
    assertFalse(new Judge.Secret(KEY).toString().contains(KEY));
  }

  @Test
  void whatIsNoAnswerOfAModelIsNotJudged() {
    behaviour = question -> new Reply(200, "<html>");
    assertEquals("none: the server's answer is no JSON", judge(pair("a", "b")).get(0).text());
    behaviour = question -> new Reply(200, "{\"error\": {}}");
    assertEquals(
        "none: the server's answer has no choices[0].message.content",
        judge(pair("a", "b")).get(0).text());
  }

  @Test
  void aServerThatIsSilentIsNotWaitedFor() {
    behaviour =
        question -> {
          try {
            Thread.sleep(5_000);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Reply.says("A");
        };
    Judgement said = judge(0, Duration.ofMillis(100), pair("two", "three")).get(0);
    assertEquals(Outcome.NONE, said.outcome());
    assertTrue(said.reason().contains("TimeoutException"), said.reason());
  }
}
