package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Feeds every format with valid rows, mutations of them and random JSON. A row must become a
 * document that can be written and read again, or be refused with a reason in one line; and no text
 * of a turn may be lost on the way. {@code main} goes on for as many seconds as its argument says.
 */
final class CorpusFuzz {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> NAMES =
      List.of(
          "messages",
          "conversations",
          "role",
          "from",
          "content",
          "value",
          "text",
          "prompt",
          "chosen",
          "rejected",
          "completion",
          "label",
          "tool_calls",
          "tools",
          "system",
          "input",
          "output",
          "instruction",
          "segments",
          "input_ids",
          "labels",
          "attention_mask",
          "weight",
          "train",
          "reasoning_content",
          "chat_template_kwargs",
          "answers",
          "rank",
          "detail");

  private final Random random;
  private static final List<List<String>> FITTING =
      List.of(
          List.of("alpaca", "user_defined", "llama_factory", "gpteacher"),
          List.of("chat_template", "chat_template", "language_modeling"),
          List.of("sharegpt", "chat_template", "llama_factory"),
          List.of("completion", "prompt_completion", "language_modeling"),
          List.of("preference", "chatml.argilla_chat", "chat_template.argilla"),
          List.of("", "input_output"),
          List.of("preference", "chatml.argilla", "user_defined.default"));

  private final List<String> types = List.copyOf(CorpusFormats.names());
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private int markers;

  CorpusFuzz(long seed) {
    random = new Random(seed);
  }

  /** How often each outcome was: {@code accepted}, or a reason. */
  Map<String, Integer> outcomes() {
    return Map.copyOf(outcomes);
  }

  /** One row through one format, and through the detector. */
  void step() throws Exception {
    int shape = random.nextInt(FITTING.size());
    JsonNode row = valid(shape);
    int mutations = random.nextInt(4);
    for (int i = 0; i < mutations; i++) {
      row = mutated(row, 0);
    }
    if (random.nextInt(20) == 0) {
      row = anything(0);
    }
    // Through text, as every row comes; so numbers and names are what a parser makes of them.
    row = MAPPER.readTree(MAPPER.writeValueAsString(row));
    List<String> among = random.nextInt(4) == 0 ? types : FITTING.get(shape);
    String type = among.get(random.nextInt(among.size()));
    check(type, options(type), row);
    try {
      FormatDetector.detect(List.of(row));
    } catch (HoneException e) {
      requireLine("detector", e.getMessage());
    }
  }

  private void check(String type, Map<String, String> options, JsonNode row) {
    String before = row.toString();
    try {
      Document document = CorpusReader.of(type, options).read(row).document();
      String json = DocumentJson.write(document);
      if (!DocumentJson.read(json, document.kind()).equals(document)) {
        throw new IllegalStateException("read back otherwise: " + json);
      }
      if (!json.equals(DocumentJson.write(DocumentJson.read(json, document.kind())))) {
        throw new IllegalStateException("written otherwise: " + json);
      }
      if (type.equals("chat_template") && !options.containsKey("split_thinking")) {
        requireKept(row, json);
      }
      outcomes.merge("accepted", 1, Integer::sum);
    } catch (RefusedRecord e) {
      requireLine(e.reason(), e.getMessage());
      outcomes.merge(e.reason(), 1, Integer::sum);
    } catch (RuntimeException | StackOverflowError e) {
      throw new IllegalStateException(type + " " + options + " " + row, e);
    }
    if (!row.toString().equals(before)) {
      throw new IllegalStateException(type + " changed its row " + before);
    }
  }

  /** Every marker inside the list of turns is in the document. */
  private static void requireKept(JsonNode row, String document) {
    JsonNode turns = row.has("messages") ? row.get("messages") : row.path("conversations");
    for (JsonNode turn : turns) {
      String content = turn.path("content").asText(turn.path("value").asText());
      if (content.startsWith("m") && !document.contains(content)) {
        throw new IllegalStateException("lost " + content + " of " + row + " in " + document);
      }
    }
  }

  private static void requireLine(String reason, String message) {
    if (reason.isBlank()
        || message.isBlank()
        || message.contains("\n")
        || message.length() > 4000) {
      throw new IllegalStateException("no clear reason: " + reason + ": " + message);
    }
  }

  private Map<String, String> options(String type) {
    Map<String, String> options = new TreeMap<>();
    for (FormatOption option : CorpusFormats.named(type).orElseThrow().options()) {
      if (random.nextInt(12) == 0) {
        switch (option.kind()) {
          case FIELD, TEXT -> options.put(option.key(), NAMES.get(random.nextInt(NAMES.size())));
          case FLAG -> options.put(option.key(), "true");
          case CHOICE ->
              options.put(
                  option.key(), option.choices().get(random.nextInt(option.choices().size())));
          case NAMES, MAPPING -> options.put(mappingKey(option), "[\"content\",\"x\"]");
        }
      }
    }
    if (options.containsKey(StructureCheck.OPTION.key())) {
      options.put(StructureCheck.OPTION.key(), random.nextBoolean() ? "off" : "repair");
    }
    // What names another field, drops or repairs turns may well lose text.
    if (type.equals("chat_template")) {
      options.keySet().removeIf(key -> !key.equals("split_thinking"));
    }
    return options;
  }

  private String mappingKey(FormatOption option) {
    return option.kind() == FormatOption.Kind.MAPPING
        ? option.key() + "." + NAMES.get(random.nextInt(NAMES.size()))
        : option.key();
  }

  private String marker() {
    return "m" + markers++ + "m";
  }

  /** A row that some format takes. */
  private JsonNode valid(int shape) {
    ObjectNode row = NODES.objectNode();
    switch (shape) {
      case 0 -> row.put("instruction", marker()).put("input", marker()).put("output", marker());
      case 1 -> row.set("messages", turns("role", "content", "user", "assistant"));
      case 2 -> row.set("conversations", turns("from", "value", "human", "gpt"));
      case 3 -> row.put("text", marker()).put("prompt", marker()).put("completion", marker());
      case 4 -> {
        row.set("chosen", turns("role", "content", "user", "assistant"));
        row.set("rejected", turns("role", "content", "user", "assistant"));
      }
      case 5 -> {
        row.putArray("input_ids").add(5).add(6);
        row.putArray("labels").add(-100).add(6);
        row.putArray("segments").addObject().put("label", true).put("text", marker());
      }
      default ->
          row.put("prompt", marker())
              .put("chosen", marker())
              .put("rejected", marker())
              .put("label", random.nextBoolean());
    }
    return row;
  }

  private ArrayNode turns(String role, String content, String user, String assistant) {
    ArrayNode turns = NODES.arrayNode();
    int n = 2 * (1 + random.nextInt(3));
    for (int i = 0; i < n; i++) {
      ObjectNode turn = turns.addObject().put(role, i % 2 == 0 ? user : assistant);
      turn.put(content, marker());
      if (i % 2 == 1 && random.nextInt(4) == 0) {
        turn.putArray("tool_calls")
            .addObject()
            .putObject("function")
            .put("name", "f")
            .put("arguments", "{\"a\": 1}");
      }
      if (random.nextInt(6) == 0) {
        turn.put("reasoning_content", marker());
      }
    }
    return turns;
  }

  /** The same with one value somewhere changed, removed, added or renamed. */
  private JsonNode mutated(JsonNode node, int depth) {
    if (node.isEmpty() || (depth > 0 && random.nextInt(4) == 0)) {
      return anything(depth);
    }
    if (node.isArray()) {
      ArrayNode copy = node.deepCopy();
      int i = random.nextInt(copy.size());
      switch (random.nextInt(4)) {
        case 0 -> copy.remove(i);
        case 1 -> copy.insert(i, copy.get(i).deepCopy());
        default -> copy.set(i, mutated(copy.get(i), depth + 1));
      }
      return copy;
    }
    ObjectNode copy = node.deepCopy();
    List<String> names = new ArrayList<>();
    copy.fieldNames().forEachRemaining(names::add);
    String name = names.get(random.nextInt(names.size()));
    switch (random.nextInt(6)) {
      case 0 -> copy.remove(name);
      case 1 -> copy.set(NAMES.get(random.nextInt(NAMES.size())), copy.remove(name));
      case 2 -> copy.set(NAMES.get(random.nextInt(NAMES.size())), anything(depth + 1));
      case 3 -> copy.putNull(name);
      default -> copy.set(name, mutated(copy.get(name), depth + 1));
    }
    return copy;
  }

  private JsonNode anything(int depth) {
    return switch (random.nextInt(depth > 3 ? 8 : 10)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextInt(10) - 2);
      case 3 -> NODES.numberNode(random.nextBoolean() ? 1e300 : -0.0);
      case 4 -> NODES.numberNode(Long.MAX_VALUE);
      case 5 -> NODES.textNode(text());
      case 6 -> NODES.textNode("[{\"name\":\"f\",\"arguments\":\"{}\"}");
      case 7 -> NODES.textNode("");
      case 8 -> {
        ArrayNode list = NODES.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(anything(depth + 1));
        }
        yield list;
      }
      default -> {
        ObjectNode object = NODES.objectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          object.set(NAMES.get(random.nextInt(NAMES.size())), anything(depth + 1));
        }
        yield object;
      }
    };
  }

  private String text() {
    return switch (random.nextInt(8)) {
      case 0 -> "\ud83d";
      case 1 -> "😀\u0000\u2028é";
      case 2 -> " \n\t";
      case 3 -> "<think>a</think>" + marker();
      case 4 -> "{instruction} {" + marker() + "}}";
      case 5 -> "x".repeat(5000);
      case 6 -> "[".repeat(2000);
      default -> List.of("user", "assistant", "system", "tool", "bard").get(random.nextInt(5));
    };
  }

  /** Goes on for some seconds and says what was seen. */
  public static void main(String[] args) throws Exception {
    Instant end = Instant.now().plus(Duration.ofSeconds(Long.parseLong(args[0])));
    long seed = 0;
    Map<String, Integer> all = new TreeMap<>();
    while (Instant.now().isBefore(end)) {
      CorpusFuzz fuzz = new CorpusFuzz(seed++);
      for (int i = 0; i < 10_000; i++) {
        fuzz.step();
      }
      fuzz.outcomes().forEach((reason, n) -> all.merge(reason, n, Integer::sum));
    }
    System.out.println(seed + " seeds of 10000 rows: " + all);
  }
}
