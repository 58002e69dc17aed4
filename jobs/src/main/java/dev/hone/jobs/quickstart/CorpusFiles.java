package dev.hone.jobs.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a {@link QuickstartCorpus} as a user's folder would hold it, several formats at once:
 *
 * <pre>
 * train-sharegpt.jsonl    {"conversations": [{"from": "human", "value": ...}, {"from": "gpt", ...}, ...]}
 * train-alpaca.json       [{"instruction": ..., "input": "", "output": ...}, ...]
 * train-completion.jsonl  {"text": ...}
 * train-pairs.jsonl, heldout-pairs.jsonl   {"messages": [...], "chosen": {...}, "rejected": {...}}
 * train-labelled.jsonl, heldout-labelled.jsonl   {"prompt": [...], "completion": [...], "label": true or false}
 * heldout.jsonl, patterns.jsonl   {"prompt": ..., "answer": ...}
 * plain.jsonl             {"text": ...}
 * table-metrics.jsonl, table-evals.jsonl, table-runs.jsonl, table-checkpoints.jsonl
 *                         rows that the queries of heldout.jsonl and patterns.jsonl find
 * </pre>
 */
final class CorpusFiles {
  /** Questions of one conversation: the system turn of the template is then paid only once. */
  private static final int TURNS = 4;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private CorpusFiles() {}

  /** Writes all files; those of an earlier call are replaced. */
  static void write(QuickstartCorpus corpus, Path dir) throws IOException {
    Files.createDirectories(dir);
    int half = corpus.train().size() / 2;
    lines(dir.resolve("train-sharegpt.jsonl"), conversations(corpus.train().subList(0, half)));
    ArrayNode alpaca = JSON.arrayNode();
    corpus.train().subList(half, corpus.train().size()).forEach(q -> alpaca.add(instruction(q)));
    Files.writeString(
        dir.resolve("train-alpaca.json"),
        MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(alpaca) + "\n");
    lines(dir.resolve("train-pairs.jsonl"), pairs(corpus.train()));
    lines(dir.resolve("heldout-pairs.jsonl"), pairs(corpus.heldOut()));
    lines(dir.resolve("train-labelled.jsonl"), labelled(corpus.train()));
    lines(dir.resolve("heldout-labelled.jsonl"), labelled(corpus.heldOut()));
    lines(dir.resolve("train-completion.jsonl"), texts(corpus.plainTrain()));
    lines(dir.resolve("heldout.jsonl"), prompts(corpus.heldOut()));
    lines(dir.resolve("patterns.jsonl"), prompts(corpus.patterns()));
    lines(dir.resolve("plain.jsonl"), texts(corpus.plainHeldOut()));
    List<Question> asked = new ArrayList<>(corpus.heldOut());
    asked.addAll(corpus.patterns());
    for (Map.Entry<String, List<ObjectNode>> table : AskedTables.of(asked).entrySet()) {
      lines(dir.resolve("table-" + table.getKey() + ".jsonl"), table.getValue());
    }
  }

  private static List<ObjectNode> conversations(List<Question> questions) {
    List<ObjectNode> rows = new ArrayList<>();
    for (int from = 0; from < questions.size(); from += TURNS) {
      ArrayNode turns = JSON.arrayNode();
      for (Question q : questions.subList(from, Math.min(from + TURNS, questions.size()))) {
        turns.addObject().put("from", "human").put("value", q.question());
        turns.addObject().put("from", "gpt").put("value", q.sql());
      }
      ObjectNode row = JSON.objectNode();
      row.set("conversations", turns);
      rows.add(row);
    }
    return rows;
  }

  private static ObjectNode instruction(Question q) {
    return JSON.objectNode()
        .put("instruction", q.question())
        .put("input", "")
        .put("output", q.sql());
  }

  /** The answer that is worse is a query too: the right one to another question. */
  private static List<ObjectNode> pairs(List<Question> questions) {
    List<ObjectNode> rows = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      ObjectNode row = JSON.objectNode();
      turn(row.putArray("messages").addObject(), "user", questions.get(i).question());
      turn(row.putObject("chosen"), "assistant", questions.get(i).sql());
      turn(row.putObject("rejected"), "assistant", wrong(questions, i));
      rows.add(row);
    }
    return rows;
  }

  /** Right and wrong answers in turn. */
  private static List<ObjectNode> labelled(List<Question> questions) {
    List<ObjectNode> rows = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      boolean right = i % 2 == 0;
      ObjectNode row = JSON.objectNode();
      turn(row.putArray("prompt").addObject(), "user", questions.get(i).question());
      turn(
          row.putArray("completion").addObject(),
          "assistant",
          right ? questions.get(i).sql() : wrong(questions, i));
      rows.add(row.put("label", right));
    }
    return rows;
  }

  private static void turn(ObjectNode turn, String role, String content) {
    turn.put("role", role).put("content", content);
  }

  /** The query of the next question of another pattern. */
  private static String wrong(List<Question> questions, int index) {
    for (int step = 1; step < questions.size(); step++) {
      Question other = questions.get((index + step) % questions.size());
      if (!other.pattern().equals(questions.get(index).pattern())) {
        return other.sql();
      }
    }
    throw new IllegalArgumentException("questions of one pattern only have no wrong answers");
  }

  private static List<ObjectNode> prompts(List<Question> questions) {
    return questions.stream()
        .map(q -> JSON.objectNode().put("prompt", q.question()).put("answer", q.sql()))
        .toList();
  }

  private static List<ObjectNode> texts(List<String> texts) {
    return texts.stream().map(text -> JSON.objectNode().put("text", text)).toList();
  }

  private static void lines(Path file, List<ObjectNode> rows) throws IOException {
    StringBuilder text = new StringBuilder();
    for (ObjectNode row : rows) {
      text.append(MAPPER.writeValueAsString(row)).append('\n');
    }
    Files.writeString(file, text);
  }
}
