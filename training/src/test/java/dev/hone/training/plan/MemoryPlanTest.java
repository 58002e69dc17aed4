package dev.hone.training.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.BaseWeights;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.peft.LoraBias;
import dev.hone.formats.model.peft.LoraInit;
import dev.hone.formats.model.peft.LoraRanks;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.formats.model.peft.TrainedParts;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.MemoryUse;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.cpu.MeteredKernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.model.Room;
import dev.hone.training.model.RoundedWeights;
import dev.hone.training.model.Unfrozen;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.parallel.Averaged;
import dev.hone.training.parallel.OuterStep;
import dev.hone.training.parallel.RankMode;
import dev.hone.training.parallel.Ranks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The plan of a training step, and what the step then holds, to the byte: with biases and a tied
 * head, and with norms of the heads and a head of its own.
 */
@Tag("unit")
class MemoryPlanTest {
  private static final Path MODELS = Path.of("src/test/resources/parity");
  private static final Path FAMILIES = Path.of("src/test/resources/families");

  static List<TrainingSetup> setups() {
    List<TrainingSetup> setups = new ArrayList<>();
    for (String name : List.of("qwen2", "qwen3")) {
      ModelDirectory model = ModelDirectory.open(MODELS.resolve(name).resolve("model"));
      for (Precision precision : Precision.values()) {
        for (int checkpointing : new int[] {0, 1, 2}) {
          for (Optional<LoraSpec> adapter : List.of(full(), lora(0), dora(0.3))) {
            setups.add(setup(model, adapter, precision, checkpointing));
          }
          for (BaseWeights held : List.of(BaseWeights.NF4, BaseWeights.NF4_DOUBLE)) {
            setups.add(setup(held.of(model), lora(0.3), precision, checkpointing));
            setups.add(setup(held.of(model), dora(0), precision, checkpointing));
          }
        }
      }
    }
    ModelDirectory published = ModelDirectory.open(MODELS.resolve("qwen2/model"));
    published = published.withWeights(new RoundedWeights(published.weights(), Dtype.BF16));
    for (Precision precision : Precision.values()) {
      setups.add(setup(published, lora(0), precision, 0));
    }
    for (String name : List.of("gemma2", "phi3", "granite")) { // what each keeps beside Llama
      ModelDirectory model = ModelDirectory.open(FAMILIES.resolve(name).resolve("model"));
      for (Precision precision : Precision.values()) {
        setups.add(setup(model, full(), precision, 0));
        setups.add(setup(model, full(), precision, 1));
      }
    }
    TrainingSetup any = setups.get(0);
    for (OptimizerKind kind : OptimizerKind.values()) {
      setups.add(any.withOptimizer(kind));
    }
    LoraSettings plain = lora(0.1).orElseThrow().settings();
    LoraSettings olora =
        new LoraSettings(
            plain.ranks(), 0.1, plain.targets(), LoraInit.OLORA, false, TrainedParts.NONE);
    for (Precision precision : Precision.values()) {
      setups.add(
          setup(any.model(), Optional.of(new LoraSpec(olora, Optional.empty())), precision, 1));
    }
    setups.add(
        new TrainingSetup(
            any.model(),
            full(),
            OptimizerKind.ADAMW,
            Precision.BF16,
            24,
            3,
            1,
            new Unfrozen(List.of("model.layers.1.mlp")),
            false,
            Ranks.ONE));
    setups.add(any.withAverage().withOptimizer(OptimizerKind.ADAFACTOR));
    for (Averaged averaged :
        List.of(
            new Averaged.Gradients(),
            new Averaged.Parameters(4, OuterStep.NONE),
            new Averaged.Parameters(4, new OuterStep(0.7, 0.9)))) {
      setups.add(any.withRanks(new Ranks(3, averaged)));
      setups.add(any.withAverage().withRanks(new Ranks(2, averaged)));
    }
    return setups;
  }

  private static TrainingSetup setup(
      ModelDirectory model, Optional<LoraSpec> adapter, Precision precision, int checkpointing) {
    return new TrainingSetup(model, adapter, OptimizerKind.ADAMW, precision, 24, 3, checkpointing);
  }

  private static Optional<LoraSpec> full() {
    return Optional.empty();
  }

  private static Optional<LoraSpec> lora(double dropout) {
    return Optional.of(
        new LoraSpec(4, 8, dropout, List.of("q_proj", "up_proj", "down_proj"), Optional.empty()));
  }

  private static Optional<LoraSpec> dora(double dropout) {
    LoraSettings plain = lora(dropout).orElseThrow().settings();
    return Optional.of(
        new LoraSpec(
            new LoraSettings(
                new LoraRanks(4, 8, Map.of("up_proj", 3), Map.of(), false),
                plain.dropout(),
                plain.targets(),
                plain.init(),
                true,
                new TrainedParts(LoraBias.ALL, List.of("embed_tokens"))),
            Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("setups")
  void everyByteIsAllocated(TrainingSetup setup) {
    assertEquals(allocated(setup), MemoryPlan.of(setup).bytes());
  }

  /** Ranks deal the state of the optimizer, and nothing else, over themselves. */
  @Test
  void ranksShareTheStateOfTheOptimizer() {
    TrainingSetup one = setups().get(0);
    Map<MemoryUse, Long> whole = MemoryPlan.of(one).bytes();
    Map<MemoryUse, Long> part = MemoryPlan.of(one.withRanks(Ranks.gradients(4))).bytes();
    double share = (double) part.get(MemoryUse.OPTIMIZER) / whole.get(MemoryUse.OPTIMIZER);
    assertEquals(0.25, share, 0.01);
    assertTrue(part.get(MemoryUse.EXCHANGE) > 0, part.toString());
    for (MemoryUse use : List.of(MemoryUse.TRAINED, MemoryUse.GRADIENTS, MemoryUse.ACTIVATIONS)) {
      assertEquals(whole.get(use), part.get(use));
    }
  }

  /** A real step on the real model. */
  private static Map<MemoryUse, Long> allocated(TrainingSetup setup) {
    MeteredKernels metered = new MeteredKernels(setup.precision());
    Kernels kernels = metered.kernels();
    CausalLm model =
        CausalLm.load(
            setup.model(),
            setup.adapter(),
            setup.unfrozen(),
            kernels,
            Room.whole(setup.tokens()),
            1,
            setup.checkpointing());
    RankMode mode = MemoryPlan.mode(setup, model.parameters(), kernels.forUse(MemoryUse.OPTIMIZER));
    PackedRow row = setup.row();
    model.forwardBackward(row, 1 / row.weightSum());
    mode.step(1e-5, true);
    Map<MemoryUse, Long> bytes = metered.bytes();
    if (mode.exchangeBytes() > 0) {
      bytes.put(MemoryUse.EXCHANGE, mode.exchangeBytes());
    }
    bytes.put(MemoryUse.TRAINED, 4 * model.values().array().length());
    bytes.put(MemoryUse.GRADIENTS, 4 * model.gradients().array().length());
    return bytes;
  }

  @Test
  void memoryGrowsWithTheLengthAndNotWithItsSquare() {
    ModelDirectory model = ModelDirectory.outline(MODELS.resolve("llama/model"));
    long[] totals = new long[3];
    for (int i = 0; i < 3; i++) {
      totals[i] =
          MemoryPlan.of(
                  new TrainingSetup(
                      model, lora(0), OptimizerKind.ADAMW, Precision.F32, 4096 << i, 1, 0))
              .total();
    }
    double growth = (double) (totals[2] - totals[1]) / (totals[1] - totals[0]);
    assertTrue(Math.abs(growth - 2) <= 0.05, "twice the tokens took " + growth + " times as much");
  }

  @Test
  void weightsAreCounted() {
    ModelDirectory model = ModelDirectory.outline(MODELS.resolve("llama/model"));
    MemoryPlan full =
        MemoryPlan.of(
            new TrainingSetup(model, full(), OptimizerKind.ADAMW, Precision.F32, 8, 1, 0));
    assertEquals(full.weights(), full.trainedWeights());
    assertEquals(4 * full.weights(), full.bytes().get(MemoryUse.TRAINED));
    assertEquals(8 * full.weights(), full.bytes().get(MemoryUse.OPTIMIZER));
    MemoryPlan averaged =
        MemoryPlan.of(
            new TrainingSetup(model, full(), OptimizerKind.ADAMW, Precision.F32, 8, 1, 0)
                .withAverage());
    assertEquals(12 * full.weights(), averaged.bytes().get(MemoryUse.OPTIMIZER));
  }
}
