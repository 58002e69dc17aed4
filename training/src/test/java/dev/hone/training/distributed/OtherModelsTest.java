package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.BaseWeights;
import dev.hone.formats.model.NewTokens;
import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.ReferenceRow;
import dev.hone.formats.tables.TeachingRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.kernels.DistillationLoss.Divergence;
import dev.hone.training.model.Unfrozen;
import dev.hone.training.objective.Distillation;
import dev.hone.training.objective.ObjectiveSpec;
import dev.hone.training.objective.PairLossType;
import dev.hone.training.objective.Preferences;
import dev.hone.training.trainer.Bf16Setting;
import dev.hone.training.trainer.Plans;
import dev.hone.training.trainer.StepMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever way another model is asked, training is the same. */
@Tag("spark")
class OtherModelsTest {
  private static final ParityCase CASE = new ParityCase();
  private static final Preferences DPO = Preferences.of(PairLossType.SIGMOID, 0.1);
  private static final double TOLERANCE = 1e-6;

  @TempDir private static Path shared;
  private static Warehouse warehouse;

  @TempDir private Path directory;
  private final List<Long> missing = new ArrayList<>();

  @BeforeAll
  static void warehouse() {
    warehouse =
        Warehouse.open(LocalSpark.session(2, Map.of()), shared.resolve("warehouse").toString());
    warehouse.create(
        List.of(
            PackRow.class,
            ReferenceRow.class,
            TeachingRow.class,
            MetricRow.class,
            EvalRow.class,
            CheckpointRow.class));
  }

  /** Continued, so that the reference is another model than the one that is trained. */
  private static ModelSource policy() {
    return new ModelSource(
        CASE.model().toString(),
        Optional.of(
            new ModelSource.Adapter(4, 8, 0, List.of(), Optional.of(CASE.adapter().toString()))));
  }

  private static ModelSource asked(Optional<String> adapter) {
    return new ModelSource(
        CASE.model().toString(),
        BaseWeights.AS_STORED,
        adapter.map(ModelSource.Adapter::trained),
        Bf16Setting.FALSE,
        0,
        Unfrozen.NONE,
        NewTokens.NONE);
  }

  private List<StepMetrics> train(
      String name, String prepId, ObjectiveSpec objective, Optional<ReferenceSource> reference) {
    List<StepMetrics> observed = new ArrayList<>();
    TrainStage.run(
        warehouse,
        new TrainSpec(
            name,
            prepId,
            policy(),
            objective,
            new OtherModels(reference, Optional.empty()),
            Plans.steps(2, 2, 3, 1e-3),
            RankTeam.ALONE,
            directory.resolve(name).toString(),
            List.of()),
        observer(observed));
    return observed;
  }

  private void ask(ReferenceSource reference) {
    new StoredReferences(warehouse, "pairs", reference.model(), DPO)
        .complete(PackChoice.ALL.of(warehouse, "pairs"), observer(new ArrayList<>()));
  }

  private RunObserver observer(List<StepMetrics> observed) {
    return new RunObserver() {
      @Override
      public void onAsked(String model, long packs) {
        missing.add(packs);
      }

      @Override
      public void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {
        observed.add(metrics);
      }
    };
  }

  private static void assertSame(List<StepMetrics> expected, List<StepMetrics> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).loss(), actual.get(i).loss(), TOLERANCE);
      Map<String, Double> metrics = actual.get(i).ofObjective();
      for (Map.Entry<String, Double> metric : expected.get(i).ofObjective().entrySet()) {
        // Of equal rewards, as at the first step, rounding says which is the larger one.
        if (!metric.getKey().equals("rewards/accuracies")) {
          assertEquals(metric.getValue(), metrics.get(metric.getKey()), 1e-4, metric.getKey());
        }
      }
    }
  }

  // 25 s; the default build has 35 minutes.
  @Tag("slow")
  @Test
  void whatIsStoredIsWhatTheRankWouldHaveAsked() throws IOException {
    List<PackRow> packs = CASE.pairs("pairs");
    warehouse.append(PackRow.class, packs.subList(1, packs.size()));
    ReferenceSource start =
        new ReferenceSource(asked(Optional.of(CASE.adapter().toString())), true);
    ReferenceSource base = new ReferenceSource(asked(Optional.empty()), true);

    List<StepMetrics> frozen =
        train("frozen", "pairs", DPO, Optional.of(new ReferenceSource(start.model(), false)));
    assertEquals(Math.log(2), frozen.get(0).loss(), TOLERANCE, "the policy begins there");
    assertSame(frozen, train("stored", "pairs", DPO, Optional.of(start)));
    warehouse.append(PackRow.class, packs.subList(0, 1));
    ask(start);
    ask(base);
    assertEquals(
        List.of(packs.size() - 1L, 1L, (long) packs.size()),
        missing,
        "first all, then what came since, and all of another model");

    List<ReferenceRow> rows =
        Rows.of(ReferenceRow.class).collect(warehouse.read(ReferenceRow.class));
    assertEquals(2L * 2 * packs.size(), rows.size(), "two models, two answers a pair");
    assertEquals(2, rows.stream().map(ReferenceRow::referenceId).distinct().count());
    assertTrue(rows.stream().allMatch(row -> row.logp() < 0 && row.tokens() > 0));
  }

  @Test
  void aTeacherIsAskedOnceAndLearnedFrom() throws IOException {
    warehouse.append(PackRow.class, CASE.packs("taught", "train"));
    TeacherSource teacher = new TeacherSource(asked(Optional.of(CASE.adapter().toString())), 16);
    DistillationLoss loss = new DistillationLoss(Divergence.FORWARD, 1, 0.5, 1, 0);
    List<StepMetrics> observed = new ArrayList<>();
    TrainStage.run(
        warehouse,
        new TrainSpec(
            "taught",
            "taught",
            new ModelSource(
                CASE.model().toString(),
                Optional.of(new ModelSource.Adapter(8, 16, 0, List.of(), Optional.empty()))),
            new Distillation(loss, 0),
            new OtherModels(Optional.empty(), Optional.of(teacher)),
            Plans.steps(3, 1, 12, 1e-2),
            RankTeam.ALONE,
            directory.resolve("taught").toString(),
            List.of()),
        observer(observed));
    double first = observed.get(0).ofObjective().get("kd_loss");
    double last = observed.get(11).ofObjective().get("kd_loss");
    assertTrue(first > 0 && last < 0.5 * first, first + " to " + last);
    new StoredTeachings(warehouse, "taught", teacher)
        .complete(PackChoice.ALL.of(warehouse, "taught"), observer(new ArrayList<>()));
    assertEquals(List.of(3L, 0L), missing);
  }

  @Test
  void aModelOfOtherTokensIsRefused() throws IOException {
    warehouse.append(PackRow.class, CASE.pairs("refused"));
    ModelSource other =
        new ModelSource(
            Path.of("src/test/resources/families/llama/model").toAbsolutePath().toString(),
            Optional.empty());
    HoneException refused =
        assertThrows(
            HoneException.class,
            () -> train("refused", "refused", DPO, Optional.of(new ReferenceSource(other, false))));
    assertTrue(
        refused.getMessage().contains("cannot be compared; name a model with the same tokenizer"),
        refused::getMessage);
  }
}
