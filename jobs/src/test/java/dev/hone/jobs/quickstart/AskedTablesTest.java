package dev.hone.jobs.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The queries of the corpus are of one form, so that their conditions can be read here. */
@Tag("unit")
class AskedTablesTest {
  private static final Pattern CONDITION =
      Pattern.compile("(\\w+) (=|<|>) ('([^']*)'|[0-9.]+)|AND (best)");

  private final QuickstartCorpus corpus = QuickstartCorpus.generate(7, QuickstartCorpus.Size.FULL);
  private final List<Question> asked =
      Stream.concat(corpus.heldOut().stream(), corpus.patterns().stream()).toList();
  private final Map<String, List<ObjectNode>> tables = AskedTables.of(asked);

  @Test
  void everyQueryFindsRowsAndAnyConditionLessFindsOthers() {
    Set<String> needless = new HashSet<>();
    for (Question question : asked) {
      String table = question.sql().replaceAll(".* FROM (\\w+).*", "$1");
      List<Predicate<ObjectNode>> conditions = conditions(question.sql());
      assertFalse(rows(table, conditions).isEmpty(), question.sql());
      for (int left = 0; left < conditions.size(); left++) {
        List<Predicate<ObjectNode>> fewer = new ArrayList<>(conditions);
        fewer.remove(left);
        if (rows(table, fewer).size() == rows(table, conditions).size()) {
          needless.add(question.pattern() + " " + left);
        }
      }
    }
    // Two names that are drawn may be the same, so a condition may be idle now and then.
    long conditions = asked.stream().mapToLong(question -> conditions(question.sql()).size()).sum();
    assertTrue(needless.size() * 20L <= conditions, needless.toString());
  }

  @Test
  void theSameQuestionsHaveTheSameRows() {
    assertEquals(tables, AskedTables.of(asked));
    assertEquals(List.of("metrics", "evals", "runs", "checkpoints"), List.copyOf(tables.keySet()));
  }

  @Test
  void aRunHasOneBestCheckpoint() {
    Set<String> runs = new HashSet<>();
    for (ObjectNode row : tables.get("checkpoints")) {
      assertTrue(!row.get("best").asBoolean() || runs.add(row.get("run_id").asText()), row + "");
    }
    assertEquals(asked.stream().map(q -> q.slots().get("run")).distinct().count(), runs.size());
  }

  private List<ObjectNode> rows(String table, List<Predicate<ObjectNode>> conditions) {
    return tables.get(table).stream()
        .filter(row -> conditions.stream().allMatch(condition -> condition.test(row)))
        .toList();
  }

  private static List<Predicate<ObjectNode>> conditions(String sql) {
    List<Predicate<ObjectNode>> conditions = new ArrayList<>();
    Matcher matcher = CONDITION.matcher(sql);
    while (matcher.find()) {
      String column = matcher.group(5) == null ? matcher.group(1) : matcher.group(5);
      String text = matcher.group(4) == null ? matcher.group(3) : matcher.group(4);
      String operator = matcher.group(2);
      conditions.add(
          row ->
              operator == null
                  ? row.get(column).asBoolean()
                  : operator.equals("=")
                      ? row.get(column).asText().equals(text)
                      : operator.equals("<")
                          == row.get(column).asDouble() < Double.parseDouble(text));
    }
    return conditions;
  }
}
