package dev.hone.jobs;

import dev.hone.eval.HeldOutAnswers;
import dev.hone.eval.HeldOutLoss;
import dev.hone.eval.SampledAnswers;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.training.distributed.ModelProbe;
import java.util.ArrayList;
import java.util.List;

/** What is measured of a model at each evaluation: the held-out rows first, then questions. */
final class Probes {
  private Probes() {}

  /**
   * The probes.
   *
   * @param evaluation whose questions are asked
   * @param eachPack whether the loss of each held-out pack is wanted
   */
  static List<ModelProbe> of(HoneConfig.Data data, Evaluation evaluation, boolean eachPack) {
    List<ModelProbe> probes = new ArrayList<>();
    if (data.hasEvalData()) {
      List<HoneConfig.Dataset> sets = data.testDatasets();
      String name = sets.size() == 1 ? sets.get(0).name() : "val_set";
      boolean several = sets.size() > 1;
      probes.add(
          switch (data.packing().examples()) {
            case TEXTS -> new HeldOutLoss(name, several, eachPack);
            case PAIRS -> new HeldOutAnswers(name, several, 2);
            case LABELLED -> new HeldOutAnswers(name, several, 1);
          });
      data.evaluation()
          .samples()
          .map(asked -> new SampledAnswers(asked.count(), asked.maxNewTokens()))
          .ifPresent(probes::add);
    }
    probes.addAll(evaluation.probes());
    return probes;
  }
}
