package dev.hone.training.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.optimizer.OptimizerKind;
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
          new StepBench(MODEL, adapter, OptimizerKind.ADAMW, 24, 3, 1, 2, 1).run(new CpuKernels(2));
      assertEquals(72, result.tokensPerSecond() * result.stepSeconds(), 1e-6);
      assertTrue(result.gflops() > 0 && result.gemmGflops() > 0, result::toString);
      assertEquals(result.gflops() / result.gemmGflops(), result.gemmShare(), 1e-12);
      assertTrue(result.peakRssBytes() > 10_000_000, result::toString);
      double inKernels = result.kernels().stream().mapToDouble(KernelTime::seconds).sum();
      assertTrue(inKernels > 0, result::toString);
      assertTrue(
          result.kernels().stream().anyMatch(k -> k.name().startsWith("linear [") && k.calls() > 0),
          result::toString);
      // Random tokens: the loss of a model that knows nothing.
      assertEquals(Math.log(MODEL.config().vocabSize()), result.loss(), 1, result::toString);
    }
  }

  @Test
  void rowsWithNothingToPredictAreRefused() {
    HoneException refused =
        assertThrows(
            HoneException.class,
            () -> new StepBench(MODEL, Optional.empty(), OptimizerKind.ADAMW, 1, 2, 3, 8, 0));
    assertTrue(refused.getMessage().contains("not 1, 2 and 8"), refused.getMessage());
  }

  @Test
  void checkpointingIsNotNegative() {
    HoneException refused =
        assertThrows(
            HoneException.class,
            () -> new StepBench(MODEL, Optional.empty(), OptimizerKind.ADAMW, 8, 2, 3, 8, -1));
    assertTrue(refused.getMessage().contains("of -1 blocks; use 0"), refused.getMessage());
  }

  @Test
  void aShapeIsTimedWithRandomWeights() {
    ModelDirectory outline = ModelDirectory.outline(MODEL.path());
    ModelDirectory random = outline.withWeights(new RandomWeights(outline.weights(), 5));
    BenchResult result =
        new StepBench(random, Optional.empty(), OptimizerKind.ADAMW, 24, 1, 0, 1, 0)
            .run(new CpuKernels(1));
    // Logits of weights this small are nearly equal: every token costs the same.
    assertEquals(Math.log(MODEL.config().vocabSize()), result.loss(), 0.05, result::toString);
  }
}
