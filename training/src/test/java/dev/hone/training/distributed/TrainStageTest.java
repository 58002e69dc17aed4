package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.BaseWeights;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.safetensors.SafetensorsReader;
import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.RankRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.checkpoint.Saved;
import dev.hone.training.kernels.cpu.InstructionSet;
import dev.hone.training.objective.Kto;
import dev.hone.training.objective.PairLossType;
import dev.hone.training.objective.Preferences;
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
import java.io.RandomAccessFile;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** A tiny model through the barrier stage, against the run that PyTorch made of the same rows. */
@Tag("spark")
class TrainStageTest {
  private static final String PREP = "prep-1";
  private static final ParityCase CASE = new ParityCase();

  @TempDir private static Path shared;
  private static Warehouse warehouse;

  @TempDir private Path directory;

  @BeforeAll
  static void packs() throws IOException {
    SparkSession spark = LocalSpark.session(2, Map.of());
    warehouse = Warehouse.open(spark, shared.resolve("warehouse").toString());
    warehouse.create();
    warehouse.append(PackRow.class, CASE.packs(PREP, "train"));
    warehouse.append(PackRow.class, CASE.packs("another prep", "train"));
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
    assertMetricsAreInTheTable("full", observed);
    ModelDirectory.open(directory.resolve("full"));
    assertEquals(
        List.of(directory.resolve("full").toString()),
        result.checkpoints().stream().map(CheckpointRow::path).toList());
  }

  /** The adapter that is continued is its own reference, so that the first loss is log 2. */
  @Test
  void pairsOfAnswersAreLearnedFrom() throws IOException {
    warehouse.append(PackRow.class, CASE.pairs("pairs"));
    ModelSource.Adapter adapter =
        new ModelSource.Adapter(4, 8, 0, List.of(), Optional.of(CASE.adapter().toString()));
    List<StepMetrics> observed = new ArrayList<>();
    TrainStage.run(
        warehouse,
        new TrainSpec(
            "dpo",
            "pairs",
            new ModelSource(CASE.model().toString(), Optional.of(adapter)),
            Preferences.of(PairLossType.SIGMOID, 0.1),
            Plans.steps(2, 2, 4, 1e-3),
            directory.resolve("dpo").toString(),
            List.of()),
        new RunObserver() {
          @Override
          public void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {
            observed.add(metrics);
          }
        });
    assertEquals(Math.log(2), observed.get(0).loss(), 1e-6);
    assertTrue(observed.get(3).loss() < observed.get(0).loss() - 0.01, observed::toString);
    assertEquals(1, observed.get(3).ofObjective().get("rewards/accuracies"));
    assertMetricsAreInTheTable("dpo", observed);
  }

  /** As above; two epochs give the answers other neighbours, and all of them were asked for. */
  @Test
  void labelledAnswersAreLearnedFrom() throws IOException {
    warehouse.append(PackRow.class, CASE.labelled("labelled"));
    ModelSource.Adapter adapter =
        new ModelSource.Adapter(4, 8, 0, List.of(), Optional.of(CASE.adapter().toString()));
    List<StepMetrics> observed = new ArrayList<>();
    TrainStage.run(
        warehouse,
        new TrainSpec(
            "kto",
            "labelled",
            new ModelSource(CASE.model().toString(), Optional.of(adapter)),
            new Kto(0.1, 1, 1, true),
            Plans.steps(1, 2, 12, 1e-3),
            directory.resolve("kto").toString(),
            List.of()),
        new RunObserver() {
          @Override
          public void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {
            observed.add(metrics);
          }
        });
    assertEquals(0.5, observed.get(0).loss(), 1e-6);
    assertTrue(observed.get(11).loss() < 0.49, observed::toString);
    assertTrue(observed.get(11).ofObjective().get("rewards/margins") > 0.05, observed::toString);
    assertTrue(
        observed.stream().anyMatch(metrics -> metrics.ofObjective().get("kl") > 0),
        observed::toString);
    assertMetricsAreInTheTable("kto", observed);
  }

  /** On NF4 the same run learns the same, with a fraction of the memory for the base model. */
  @Test
  void aQuantizedBaseTrainsAnAdapter() throws IOException {
    ModelSource.Adapter adapter = new ModelSource.Adapter(4, 8, 0, List.of(), Optional.empty());
    List<Long> bytes = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    for (BaseWeights weights : List.of(BaseWeights.AS_STORED, BaseWeights.NF4)) {
      TrainSpec spec =
          new TrainSpec(
              "base-" + weights,
              PREP,
              new ModelSource(
                  CASE.model().toString(), weights, Optional.of(adapter), Bf16Setting.FALSE, 0),
              Plans.steps(3, 1, 10, 1e-3),
              directory.resolve("base-" + weights).toString(),
              List.of());
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
          new TrainSpec(
              run,
              PREP,
              alone.model(),
              alone.objective(),
              alone.others(),
              alone.arguments(),
              RankTeam.of(new Ranks(2, averaged)),
              alone.outputDir(),
              List.of()),
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
      assertMetricsAreInTheTable(run, observed);
      Path saved = directory.resolve(run).resolve("checkpoint-8/trainer/optimizer.safetensors");
      assertTrue(SafetensorsReader.open(saved).names().size() > 1, saved::toString);
    }
  }

  /**
   * Cut off after a checkpoint, taken up by another number of ranks, or by the same: bit by bit.
   */
  @Test
  void aRunGoesOnFromItsCheckpoint() {
    TrainArguments two = Plans.saving(1, 2, 7, 1e-2, 3);
    TrainArguments one = Plans.saving(1, 4, 7, 1e-2, 3);
    run(ranked("whole", two, 2, List.of()), 0);
    SafetensorsReader whole = weights(directory.resolve("whole"));

    for (int ranks : new int[] {2, 1}) {
      String name = "cut-" + ranks;
      TrainSpec failing = ranked(name, Plans.saving(1, 2, 7, 1e-2, 3), 2, List.of(new FailsAt(5)));
      assertEquals(
          "no more", assertThrows(HoneException.class, () -> run(failing, 0)).getMessage());
      assertEquals(3, TrainStage.resumable(warehouse, name, failing.outputDir()));
      RunResult rest = run(ranked(name, ranks == 2 ? two : one, ranks, List.of()), 3);
      assertEquals(
          List.of("checkpoint-3", "checkpoint-6", name),
          rest.checkpoints().stream()
              .map(row -> Path.of(row.path()).getFileName().toString())
              .toList());
      assertEquals(3, warehouse.read(CheckpointRow.class).where("run_id = '" + name + "'").count());
      SafetensorsReader after = weights(directory.resolve(name));
      for (String tensor : whole.names()) {
        assertArrayEquals(values(whole, tensor), values(after, tensor), ranks == 2 ? 0 : 1e-5f);
      }
    }
  }

  /** What was changed after it was written is found before anything is trained with it. */
  @Test
  void aChangedByteOfACheckpointIsFound() throws IOException {
    TrainArguments arguments = Plans.saving(1, 1, 7, 1e-2, 3);
    assertThrows(
        HoneException.class, () -> run(ranked("spoilt", arguments, 1, List.of(new FailsAt(5))), 0));
    Path file = directory.resolve("spoilt/checkpoint-3/trainer/parameters.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    String message =
        assertThrows(HoneException.class, () -> run(ranked("spoilt", arguments, 1, List.of()), 3))
            .getMessage();
    assertTrue(message.startsWith(file + " has " + bytes.length + " bytes with SHA-256"), message);
  }

  private record FailsAt(long failing) implements ModelProbe {
    @Override
    public boolean everyEvalSteps() {
      return true;
    }

    @Override
    public void measure(Subject subject, long step) {
      if (step == failing) {
        throw new HoneException("no more");
      }
    }
  }

  private static RunResult run(TrainSpec spec, long from) {
    return TrainStage.run(warehouse, spec, from, new RunObserver() {});
  }

  private TrainSpec ranked(
      String run, TrainArguments arguments, int ranks, List<ModelProbe> probes) {
    TrainSpec alone = spec(run, arguments, Optional.empty());
    return new TrainSpec(
        run,
        PREP,
        alone.model(),
        alone.objective(),
        alone.others(),
        arguments,
        RankTeam.of(Ranks.gradients(ranks)),
        alone.outputDir(),
        probes);
  }

  private static Averaged averages() {
    return new Averaged.Parameters(4, new OuterStep(0.7, 0.9));
  }

  /** Checkpoints have the weights and, in their state, the average; the result is the average. */
  @Test
  void theAverageOfTheWeightsIsPublished() {
    TrainArguments arguments = Plans.averaging(2, 1e-2, new Averaging(0.75, 0, 1));
    run(spec("averaged", arguments, Optional.empty()));
    Path output = directory.resolve("averaged");
    SafetensorsReader state =
        SafetensorsReader.open(output.resolve("checkpoint-2/trainer/optimizer.safetensors"));
    SafetensorsReader base = weights(CASE.model());
    SafetensorsReader first = weights(output.resolve("checkpoint-1"));
    SafetensorsReader second = weights(output.resolve("checkpoint-2"));
    SafetensorsReader result = weights(output);
    for (String name : result.names()) {
      float[] start = values(base, name);
      float[] one = values(first, name);
      float[] two = values(second, name);
      float[] expected = new float[start.length];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = 0.75f * (0.75f * start[i] + 0.25f * one[i]) + 0.25f * two[i];
      }
      assertArrayEquals(expected, values(result, name), 1e-6f, name);
      assertArrayEquals(values(state, name + ".ema"), values(result, name), name);
    }
    String norm = "model.norm.weight";
    assertFalse(Arrays.equals(values(second, norm), values(result, norm)), "training did nothing");
  }

  private static SafetensorsReader weights(Path model) {
    return SafetensorsReader.open(model.resolve("model.safetensors"));
  }

  private static float[] values(SafetensorsReader file, String name) {
    float[] values = new float[Math.toIntExact(file.info(name).elements())];
    file.readFloats(name, 0, FloatBuffer.wrap(values));
    return values;
  }

  @Test
  void aFailedLastEvaluationLosesNoModel() {
    ModelProbe failing = new FailsAfterTraining();
    TrainSpec spec =
        new TrainSpec(
            "unmeasured",
            PREP,
            new ModelSource(CASE.model().toString(), Optional.empty()),
            Plans.steps(1, 1, 1, 1e-3),
            directory.resolve("unmeasured").toString(),
            List.of(failing));
    HoneException thrown = assertThrows(HoneException.class, () -> run(spec));
    assertEquals("no measure at step 1", thrown.getMessage());
    ModelDirectory.open(directory.resolve("unmeasured"));
    assertEquals(List.of(directory.resolve("unmeasured").toString()), checkpoints("unmeasured"));
  }

  @Test
  void aDeletedCheckpointIsTakenOutOfTheTable() {
    RankMessage older = written("deleted/checkpoint-1", 1);
    record(older);
    record(written("deleted/checkpoint-2", 2), written("deleted/checkpoint-3", 3));
    assertEquals(3, checkpoints("deleted").size());
    RunResult result =
        record(
            new RankMessage.Deleted("deleted/checkpoint-1"),
            written("deleted/checkpoint-4", 4),
            written("deleted/checkpoint-5", 5),
            new RankMessage.Deleted("deleted/checkpoint-4"));
    assertEquals(
        List.of("deleted/checkpoint-2", "deleted/checkpoint-3", "deleted/checkpoint-5"),
        checkpoints("deleted"));
    assertEquals(1, result.checkpoints().size());
  }

  private static RankMessage written(String path, long step) {
    return new RankMessage.Written(new Saved(step, path, "hf", 1, "0"), false, Instant.EPOCH);
  }

  private static RunResult record(RankMessage... messages) {
    RunRecorder recorder =
        new RunRecorder(warehouse, "deleted", 5, new RunObserver() {}, RunRecorder.COMMIT_INTERVAL);
    try (recorder) {
      Stream.of(messages).forEach(recorder);
    }
    return recorder.result();
  }

  /** A probe that works until the training is over. */
  private static final class FailsAfterTraining implements ModelProbe {
    private static final long serialVersionUID = 1;

    @Override
    public boolean everyEvalSteps() {
      return false;
    }

    @Override
    public void measure(Subject subject, long step) {
      if (step > 0) {
        throw new HoneException("no measure at step " + step);
      }
    }
  }

  private static List<String> checkpoints(String runId) {
    return warehouse
        .read(CheckpointRow.class)
        .where("run_id = '" + runId + "'")
        .orderBy("step")
        .select("path")
        .as(Encoders.STRING())
        .collectAsList();
  }

  @Test
  void aBrokenModelGivesOneLineAndNoOutput() throws IOException {
    Path broken = Files.createDirectories(directory.resolve("broken"));
    for (String name : names(CASE.model())) {
      Files.copy(CASE.model().resolve(name), broken.resolve(name));
    }
    try (RandomAccessFile file =
        new RandomAccessFile(broken.resolve("model.safetensors").toFile(), "rw")) {
      file.setLength(file.length() - 3);
    }
    TrainSpec spec =
        new TrainSpec(
            "broken",
            PREP,
            new ModelSource(broken.toString(), Optional.empty()),
            Plans.steps(1, 1, 2, 1e-3),
            directory.resolve("out").toString(),
            List.of());
    HoneException thrown = assertThrows(HoneException.class, () -> run(spec));
    assertTrue(thrown.getMessage().contains("model.safetensors"), thrown.getMessage());
    assertFalse(thrown.getMessage().contains("\n"), thrown.getMessage());
    assertEquals(List.of("broken"), names(directory));
  }

  @Test
  void whatCannotWorkIsRefusedBeforeAnythingIsLoaded() throws IOException {
    TrainArguments arguments = Plans.steps(1, 1, 2, 1e-3);
    ModelSource nowhere = new ModelSource("/no/such/model", Optional.empty());
    Path foreign = Files.createDirectories(directory.resolve("foreign"));
    Files.writeString(foreign.resolve("notes.txt"), "mine");

    assertRefused(
        new TrainSpec("r", PREP, nowhere, arguments, foreign.toString(), List.of()), "notes.txt");
    assertRefused(
        new TrainSpec(
            "r", "no prep", nowhere, arguments, directory.resolve("x").toString(), List.of()),
        "0 packs");
    assertRefused(
        new TrainSpec(
            "r",
            PREP,
            new ModelSource(directory.resolve("x").toString(), Optional.empty()),
            arguments,
            directory.resolve("x").toString(),
            List.of()),
        "base model would be overwritten");
  }

  private TrainSpec spec(
      String runId, TrainArguments arguments, Optional<ModelSource.Adapter> adapter) {
    return new TrainSpec(
        runId,
        PREP,
        new ModelSource(CASE.model().toString(), adapter),
        arguments,
        directory.resolve(runId).toString(),
        List.of());
  }

  private static void assertRefused(TrainSpec spec, String problem) {
    HoneException thrown = assertThrows(HoneException.class, () -> run(spec));
    assertTrue(thrown.getMessage().contains(problem), thrown.getMessage());
  }

  private static RunResult run(TrainSpec spec) {
    return TrainStage.run(warehouse, spec, new RunObserver() {});
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

  private static void assertMetricsAreInTheTable(String runId, List<StepMetrics> observed) {
    for (String name : observed.get(0).byName().keySet()) {
      List<Double> values =
          warehouse
              .read(MetricRow.class)
              .where("run_id = '" + runId + "' AND name = '" + name + "'")
              .orderBy("step")
              .select("value")
              .collectAsList()
              .stream()
              .map(row -> row.getDouble(0))
              .toList();
      assertEquals(observed.stream().map(m -> m.byName().get(name)).toList(), values, name);
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
