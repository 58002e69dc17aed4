package dev.hone.training.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.plan.TrainingSetup;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class StepBenchTest {
  private static final ModelDirectory MODEL =
      ModelDirectory.open(Path.of("src/test/resources/parity/qwen3/model"));

  @Test
  void itsFiguresFitTogether() {
    for (Optional<LoraSpec> adapter :
        List.of(
            Optional.<LoraSpec>empty(),
            Optional.of(new LoraSpec(4, 8, 0, List.of(), Optional.empty())))) {
      BenchResult result =
          new StepBench(
                  adapter.map(setup(MODEL, 3, 1)::withAdapter).orElse(setup(MODEL, 3, 1)), 1, 2)
              .run(new CpuKernels(2));
      assertEquals(72, result.tokensPerSecond() * result.stepSeconds(), 1e-6);
      assertTrue(result.gflops() > 0 && result.gemmGflops() > 0, result::toString);
      assertEquals(result.gflops() / result.gemmGflops(), result.gemmShare(), 1e-12);
      assertTrue(result.peakRssBytes() > 10_000_000, result::toString);
      double inKernels = result.kernels().stream().mapToDouble(KernelTime::seconds).sum();
      assertTrue(inKernels > 0, result::toString);
      // Of every part of the decoder, whatever its memory is said to be for.
      for (String name : List.of("linear [", "attention", "crossEntropyWithGradient", "adamW")) {
        assertTrue(
            result.kernels().stream().anyMatch(k -> k.name().startsWith(name) && k.calls() > 0),
            result::toString);
      }
      // Random tokens: the loss of a model that knows nothing.
      assertEquals(Math.log(MODEL.config().vocabSize()), result.loss(), 1, result::toString);
    }
  }

  @Test
  void aBenchmarkOfNothingIsRefused() {
    HoneException refused =
        assertThrows(HoneException.class, () -> new StepBench(setup(MODEL, 1, 0), 3, 0));
    assertTrue(refused.getMessage().contains("not 0 and 3"), refused.getMessage());
    refused = assertThrows(HoneException.class, () -> new StepBench(setup(MODEL, 1, 0), -1, 8));
    assertTrue(refused.getMessage().contains("not 8 and -1"), refused.getMessage());
  }

  @Test
  void aShapeIsTimedWithRandomWeights() {
    ModelDirectory outline = ModelDirectory.outline(MODEL.path());
    ModelDirectory random = outline.withWeights(new RandomWeights(outline.weights(), 5));
    BenchResult result = new StepBench(setup(random, 1, 0), 0, 1).run(new CpuKernels(1));
    // Logits of weights this small are nearly equal: every token costs the same.
    assertEquals(Math.log(MODEL.config().vocabSize()), result.loss(), 0.05, result::toString);
  }

  private static TrainingSetup setup(ModelDirectory model, int rows, int checkpointing) {
    return new TrainingSetup(
        model, Optional.empty(), OptimizerKind.ADAMW, Precision.F32, 24, rows, checkpointing);
  }
}
