package dev.hone.jobs.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.formats.tables.RankRow;
import dev.hone.jobs.ui.Curve;
import dev.hone.training.distributed.RankMachine;
import dev.hone.training.kernels.cpu.InstructionSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * What the ranks of a run did.
 *
 * @param last their last rows, by rank
 * @param memory of the largest process at each step, in GB; none where the system does not say
 * @param waiting mean over the ranks of how much of its time each waited, in %
 */
record RankStory(List<RankRow> last, List<Curve.Point> memory, List<Curve.Point> waiting) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Of rows.
   *
   * @param rows by step, rank and time: of one that is there twice the later counts
   */
  static RankStory of(Iterator<RankRow> rows) {
    List<Curve.Point> memory = new ArrayList<>();
    List<Curve.Point> waiting = new ArrayList<>();
    List<RankRow> step = new ArrayList<>();
    while (rows.hasNext()) {
      RankRow row = rows.next();
      if (!step.isEmpty() && step.get(0).step() != row.step()) {
        end(step, memory, waiting);
        step.clear();
      } else if (!step.isEmpty() && step.get(step.size() - 1).rank() == row.rank()) {
        step.remove(step.size() - 1);
      }
      step.add(row);
    }
    end(step, memory, waiting);
    return new RankStory(List.copyOf(step), memory, waiting);
  }

  private static void end(List<RankRow> step, List<Curve.Point> memory, List<Curve.Point> waiting) {
    long most = step.stream().mapToLong(RankRow::rssBytes).max().orElse(0);
    if (most > 0) {
      memory.add(new Curve.Point(step.get(0).step(), most / 1e9));
    }
    step.stream()
        .filter(row -> row.stepSeconds() + row.waitingSeconds() > 0)
        .mapToDouble(row -> 100 * row.waitingSeconds() / (row.stepSeconds() + row.waitingSeconds()))
        .average()
        .ifPresent(share -> waiting.add(new Curve.Point(step.get(0).step(), share)));
  }

  /**
   * The machines of {@code runs.ranks}, by rank. An instruction set that this version does not know
   * is {@link InstructionSet#UNKNOWN}.
   */
  static List<RankMachine> machines(String json) {
    List<RankMachine> machines = new ArrayList<>();
    try {
      for (JsonNode rank : JSON.readTree(json)) {
        machines.add(
            new RankMachine(
                rank.path("host").asText(),
                rank.path("executor_id").asText(),
                rank.path("java").asText(),
                set(rank.path("cpu").asText()),
                set(rank.path("instruction_set").asText()),
                rank.path("vector_bits").asInt(),
                rank.path("threads").asInt()));
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the column ranks of the table runs is no JSON", e);
    }
    return machines;
  }

  private static InstructionSet set(String name) {
    return Arrays.stream(InstructionSet.values())
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElse(InstructionSet.UNKNOWN);
  }
}
