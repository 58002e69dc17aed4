package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.model.BaseWeights;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.safetensors.SafetensorsReader;
import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.RankRow;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.kernels.cpu.InstructionSet;
import dev.hone.training.optimizer.Averaging;
import dev.hone.training.parallel.Averaged;
import dev.hone.training.parallel.OuterStep;
import dev.hone.training.parallel.Ranks;
import dev.hone.training.trainer.Bf16Setting;
import dev.hone.training.trainer.Plans;
import dev.hone.training.trainer.RankSteps;
import dev.hone.training.trainer.StepMetrics;
import dev.hone.training.trainer.TrainArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** A tiny model through the barrier stage, against the run that PyTorch made of the same rows. */
@Tag("spark")
class TrainStageTest {
  private static final ParityCase CASE = new ParityCase();

  private static ParityTables tables;
  private static Warehouse warehouse;

  @TempDir private Path directory;

  @BeforeAll
  static void openTables() {
    tables = ParityTables.open();
    warehouse = tables.warehouse();
  }

  @Test
  void aFullRunIsThatOfTorchStepByStep() throws IOException {
    List<StepMetrics> observed = new ArrayList<>();
    RunObserver observer =
        new RunObserver() {
          @Override
          public void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {
            assertEquals(10, totalSteps);
            observed.add(metrics);
          }
        };
    RunResult result =
        TrainStage.run(
            warehouse, spec("full", Plans.steps(3, 1, 10, 1e-3), Optional.empty()), observer);

    assertCurve(CASE.run("sft_full").get("steps"), observed);
    assertEquals(observed.get(9), result.last().orElseThrow());
    tables.assertMetrics("full", observed);
    ModelDirectory.open(directory.resolve("full"));
    assertEquals(
        List.of(directory.resolve("full").toString()),
        result.checkpoints().stream().map(CheckpointRow::path).toList());
  }

  /** On NF4 the same run learns the same, with a fraction of the memory for the base model. */
  @Test
  void aQuantizedBaseTrainsAnAdapter() throws IOException {
    ModelSource.Adapter adapter = new ModelSource.Adapter(4, 8, 0, List.of(), Optional.empty());
    List<Long> bytes = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    for (BaseWeights weights : List.of(BaseWeights.AS_STORED, BaseWeights.NF4)) {
      TrainSpec spec =
          Specs.alone(
              "base-" + weights,
              directory,
              new ModelSource(
                  CASE.model().toString(), weights, Optional.of(adapter), Bf16Setting.FALSE, 0),
              Plans.steps(3, 1, 10, 1e-3));
      RunResult result =
          TrainStage.run(
              warehouse,
              spec,
              new RunObserver() {
                @Override
                public void onLoaded(long baseWeightBytes) {
                  bytes.add(baseWeightBytes);
                }
              });
      losses.add(result.last().orElseThrow().loss());
    }
    assertEquals(2, bytes.size());
    assertTrue(bytes.get(1) < 0.7 * bytes.get(0), bytes::toString);
    assertEquals(losses.get(0), losses.get(1), 0.02 * losses.get(0));
    String config = Files.readString(directory.resolve("base-NF4").resolve("adapter_config.json"));
    assertTrue(config.contains(CASE.model().toString()), config);
  }

  @Test
  void anAdapterRunIsThatOfTorchHoweverTheBatchIsCut() throws IOException {
    TrainArguments accumulated = Plans.saving(1, 3, 10, 1e-3, 4);
    ModelSource.Adapter adapter =
        new ModelSource.Adapter(4, 8, 0, List.of(), Optional.of(CASE.adapter().toUri().toString()));
    List<StepMetrics> observed = new ArrayList<>();
    RunResult result =
        TrainStage.run(
            warehouse,
            spec("lora", accumulated, Optional.of(adapter)),
            new RunObserver() {
              @Override
              public void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {
                observed.add(metrics);
              }
            });

    assertCurve(CASE.run("sft_lora").get("steps"), observed);
    Path output = directory.resolve("lora");
    assertEquals(
        List.of("adapter_config.json", "adapter_model.safetensors"),
        names(output).stream().filter(name -> name.startsWith("adapter_")).toList());
    assertEquals(
        List.of("checkpoint-4", "checkpoint-8", "lora"),
        result.checkpoints().stream()
            .map(row -> Path.of(row.path()).getFileName().toString())
            .toList());
    assertEquals(
        3,
        warehouse
            .read(CheckpointRow.class)
            .where("run_id = 'lora' AND format = 'peft' AND bytes > 0")
            .count());
    Path moments = output.resolve("checkpoint-4/trainer/optimizer.safetensors");
    List<String> parameters =
        SafetensorsReader.open(output.resolve("adapter_model.safetensors")).names().stream()
            .flatMap(name -> Stream.of(name + ".exp_avg", name + ".exp_avg_sq"))
            .sorted()
            .toList();
    assertEquals(parameters, SafetensorsReader.open(moments).names().stream().sorted().toList());
  }

  /** Two ranks take torch's steps together, one of them two of the three packs. */
  @Test
  void ranksTakeTheStepsOfOne() throws IOException {
    for (Averaged averaged : List.of(new Averaged.Gradients(), averages())) {
      String run = "ranks-" + averaged.getClass().getSimpleName();
      List<StepMetrics> observed = new ArrayList<>();
      List<RankMachine> machines = new ArrayList<>();
      TrainSpec alone = spec(run, Plans.saving(1, 2, 10, 1e-3, 4), Optional.empty());
      TrainStage.run(
          warehouse,
          Specs.by(RankTeam.of(new Ranks(2, averaged)), alone, List.of()),
          new RunObserver() {
            @Override
            public void onRanks(List<RankMachine> found) {
              machines.addAll(found);
            }

            @Override
            public void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {
              observed.add(metrics);
            }
          });
      assertEquals(10, observed.size());
      assertRanksAreInTheTable(run, machines, observed);
      Map<String, Double> ofRanks = observed.get(9).ofRanks();
      assertTrue(ofRanks.get("bytes_sent") > 0, ofRanks::toString);
      assertTrue(ofRanks.get("communication_share") > 0, ofRanks::toString);
      if (averaged instanceof Averaged.Gradients) {
        assertCurve(CASE.run("sft_full").get("steps"), observed);
      } else {
        assertTrue(observed.get(9).loss() < 0.9 * observed.get(0).loss(), observed::toString);
      }
      tables.assertMetrics(run, observed);
      Path saved = directory.resolve(run).resolve("checkpoint-8/trainer/optimizer.safetensors");
      assertTrue(SafetensorsReader.open(saved).names().size() > 1, saved::toString);
    }
  }

  private static Averaged averages() {
    return new Averaged.Parameters(4, new OuterStep(0.7, 0.9));
  }

  /** Checkpoints have the weights and, in their state, the average; the result is the average. */
  @Test
  void theAverageOfTheWeightsIsPublished() {
    TrainArguments arguments = Plans.averaging(2, 1e-2, new Averaging(0.75, 0, 1));
    tables.run(spec("averaged", arguments, Optional.empty()));
    Path output = directory.resolve("averaged");
    SafetensorsReader state =
        SafetensorsReader.open(output.resolve("checkpoint-2/trainer/optimizer.safetensors"));
    SafetensorsReader base = SavedWeights.of(CASE.model());
    SafetensorsReader first = SavedWeights.of(output.resolve("checkpoint-1"));
    SafetensorsReader second = SavedWeights.of(output.resolve("checkpoint-2"));
    SafetensorsReader result = SavedWeights.of(output);
    for (String name : result.names()) {
      float[] start = SavedWeights.values(base, name);
      float[] one = SavedWeights.values(first, name);
      float[] two = SavedWeights.values(second, name);
      float[] expected = new float[start.length];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = 0.75f * (0.75f * start[i] + 0.25f * one[i]) + 0.25f * two[i];
      }
      assertArrayEquals(expected, SavedWeights.values(result, name), 1e-6f, name);
      assertArrayEquals(
          SavedWeights.values(state, name + ".ema"), SavedWeights.values(result, name), name);
    }
    String norm = "model.norm.weight";
    assertFalse(
        Arrays.equals(SavedWeights.values(second, norm), SavedWeights.values(result, norm)),
        "training did nothing");
  }

  private TrainSpec spec(
      String runId, TrainArguments arguments, Optional<ModelSource.Adapter> adapter) {
    return Specs.alone(runId, directory, arguments, adapter);
  }

  private static void assertCurve(JsonNode expected, List<StepMetrics> observed) {
    assertEquals(expected.size(), observed.size());
    for (int i = 0; i < observed.size(); i++) {
      double loss = expected.get(i).get("loss").asDouble();
      double norm = expected.get(i).get("grad_norm").asDouble();
      assertEquals(loss, observed.get(i).loss(), 1e-4 * loss, "loss of step " + (i + 1));
      assertEquals(norm, observed.get(i).gradNorm(), 1e-4 * norm, "norm of step " + (i + 1));
    }
  }

  private static void assertRanksAreInTheTable(
      String runId, List<RankMachine> machines, List<StepMetrics> observed) {
    assertEquals(2, machines.size());
    assertEquals(machines.get(0), machines.get(1), "they are in one process");
    assertEquals(InstructionSet.used(), machines.get(0).used());
    List<Row> rows =
        warehouse
            .read(RankRow.class)
            .where("run_id = '" + runId + "' AND rss_bytes > 10000000")
            .orderBy("step", "rank")
            .select("rank", "host", "executor_id", "step_seconds", "waiting_seconds")
            .collectAsList();
    assertEquals(20, rows.size());
    double waited = 0;
    for (int i = 0; i < 20; i++) {
      RankSteps did = observed.get(i / 2).ranks().get(i % 2);
      assertEquals(
          List.of(i % 2, "127.0.0.1", "driver", did.stepSeconds(), did.waitingSeconds()),
          CollectionConverters.asJava(rows.get(i).toSeq()));
      double both = did.stepSeconds() + did.waitingSeconds();
      assertTrue(both <= observed.get(i / 2).stepSeconds() * (1 + 1e-9), did::toString);
      assertTrue(did.stepSeconds() > 0 && did.waitingSeconds() >= 0, did::toString);
      waited += did.waitingSeconds();
    }
    assertTrue(waited > 0, "no rank ever waited");
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
