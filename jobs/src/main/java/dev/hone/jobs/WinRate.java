package dev.hone.jobs;

import dev.hone.eval.Judgement;
import dev.hone.eval.Measured;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.jobs.scoring.Pair;
import dev.hone.jobs.scoring.PairJudge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** How often the last of several models answers better than the first. */
final class WinRate {
  static final String NAME = "win_rate";

  private WinRate() {}

  /** The answers of the last step with those of the first, question by question. */
  static List<Pair> pairs(Questions set, StoredAnswers answers) {
    List<Long> steps = answers.steps();
    Map<Long, GenerationRow> first = new HashMap<>();
    answers.at(steps.get(0)).forEach(row -> first.put(row.ordinal(), row));
    List<Pair> pairs = new ArrayList<>();
    for (GenerationRow mine : answers.at(steps.get(steps.size() - 1))) {
      if (first.containsKey(mine.ordinal()) && mine.ordinal() < set.asked().size()) {
        int question = Math.toIntExact(mine.ordinal());
        pairs.add(new Pair(set.asked().get(question), mine, first.get(mine.ordinal())));
      }
    }
    return pairs;
  }

  /**
   * Has pairs judged, and takes down what is said of each.
   *
   * @param warnings is told how many were not judged, and why the first of them was not
   */
  static Optional<Measured> of(
      Questions set, StoredAnswers answers, PairJudge judge, Consumer<String> warnings) {
    List<Pair> pairs = pairs(set, answers);
    List<Judgement> judgements = judge.judge(pairs);
    for (int i = 0; i < pairs.size(); i++) {
      answers.replace(pairs.get(i).mine().judged(judgements.get(i).text()));
    }
    List<String> missing =
        judgements.stream()
            .filter(judgement -> judgement.outcome() == Judgement.Outcome.NONE)
            .map(Judgement::reason)
            .toList();
    if (!missing.isEmpty()) {
      warnings.accept(
          "%s: %d of %d pairs of answers were not judged, and do not count: %s"
              .formatted(set.probe().dataset(), missing.size(), pairs.size(), missing.get(0)));
    }
    return Judgement.winRate(judgements);
  }
}
