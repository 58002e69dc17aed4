package dev.hone.jobs.scoring;

import dev.hone.eval.Judgement;
import java.util.List;

/** Says which of two answers is the better one. */
@FunctionalInterface
public interface PairJudge {

  /** What it says of each pair, in order. */
  List<Judgement> judge(List<Pair> pairs);
}
