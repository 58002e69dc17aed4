package dev.hone.training.distributed;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.tables.EvalPackRow;
import dev.hone.formats.tables.EvalRewardRow;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.model.LossSum;
import dev.hone.training.objective.PairRewards;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Rows of what an evaluation found in each held-out pack or pair. An evaluation that is reported
 * again, as a step is that was done again, gives none.
 */
final class HeldOutRows {
  private final String runId;
  private final Set<Object> known = new HashSet<>();
  private final List<EvalPackRow> packs = new ArrayList<>();
  private final List<EvalRewardRow> pairs = new ArrayList<>();

  HeldOutRows(String runId) {
    this.runId = runId;
  }

  /** Takes in which evaluations the tables have. */
  void recall(Warehouse warehouse) {
    for (Class<? extends Record> type : List.of(EvalPackRow.class, EvalRewardRow.class)) {
      warehouse
          .read(type)
          .where(col("run_id").equalTo(runId))
          .select("step", "dataset")
          .distinct()
          .collectAsList()
          .forEach(row -> known.add(List.of(type, row.getLong(0), row.getString(1))));
    }
  }

  void add(RankMessage.EvaluatedPacks e) {
    if (!known.add(List.of(EvalPackRow.class, e.step(), e.dataset()))) {
      return;
    }
    for (int pack = 0; pack < e.packs().size(); pack++) {
      LossSum loss = e.packs().get(pack);
      packs.add(new EvalPackRow(runId, e.step(), e.dataset(), pack, loss.sum(), loss.weight()));
    }
  }

  void add(RankMessage.EvaluatedPairs e) {
    if (!known.add(List.of(EvalRewardRow.class, e.step(), e.dataset()))) {
      return;
    }
    PairRewards rewards = e.rewards();
    for (int pair = 0; pair < rewards.pairs(); pair++) {
      float chosen = rewards.chosen()[pair];
      float rejected = rewards.rejected()[pair];
      pairs.add(new EvalRewardRow(runId, e.step(), e.dataset(), pair, chosen, rejected));
    }
  }

  /** To be committed, and cleared then. */
  List<EvalPackRow> packs() {
    return packs;
  }

  /** To be committed, and cleared then. */
  List<EvalRewardRow> pairs() {
    return pairs;
  }
}
