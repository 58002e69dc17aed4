package dev.hone.training.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.training.data.PackList;
import dev.hone.training.kernels.TokenLoss;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.TinyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("parity")
class SupervisedTest {
  @TempDir Path dir;

  private final PackList packs = new PackList(List.of(TinyModel.row(1, 6, 4), TinyModel.row(5, 9)));

  private CausalLm model() throws IOException {
    return CausalLm.load(
        TinyModel.write(dir, "llama", true), Optional.empty(), new CpuKernels(2), 64, 3);
  }

  private double trained(Supervised supervised, long seed) throws IOException {
    Objective objective = supervised.on(model(), packs, List.of()).objective();
    objective.zeroGradients();
    return objective.forwardBackward(packs.rows(), i -> seed + i).loss();
  }

  /** What is held out is measured by its likelihood, whatever is minimised. */
  @Test
  void otherLossesAreMinimisedAndNotMeasured() throws IOException {
    double plain = trained(Supervised.PLAIN, 1);
    for (TokenLoss loss :
        List.of(
            new TokenLoss(0.2, 0, false),
            new TokenLoss(0, 0.1, false),
            new TokenLoss(0, 0, true))) {
      Supervised supervised = new Supervised(loss, 0);
      assertTrue(Math.abs(trained(supervised, 1) - plain) > 0.01, loss.toString());
      assertEquals(plain, supervised.heldOut(model(), packs).loss().get().loss(), 1e-6);
    }
  }

  /** Noise depends on the seed alone, and acts in training only. */
  @Test
  void noiseOnEmbeddingsActsInTraining() throws IOException {
    double plain = trained(Supervised.PLAIN, 1);
    Supervised noisy = new Supervised(TokenLoss.NLL, 5);
    assertTrue(Math.abs(trained(noisy, 1) - plain) > 1e-3);
    assertEquals(trained(noisy, 1), trained(noisy, 1));
    assertTrue(Math.abs(trained(noisy, 1) - trained(noisy, 100)) > 1e-3);
    CausalLm model = model();
    noisy.on(model, packs, List.of());
    assertEquals(plain, noisy.heldOut(model, packs).loss().get().loss(), 1e-6);
  }

  @Test
  void heldOutIsTheLossOfOneBatch() throws IOException {
    CausalLm model = model();
    Supervised supervised = Supervised.PLAIN;
    StepLoss step =
        supervised.on(model, packs, List.of()).objective().forwardBackward(packs.rows(), i -> i);
    StepLoss measured = supervised.heldOut(model, packs).loss().get();
    assertEquals(step.loss(), measured.loss(), 1e-6);
    assertEquals(
        step.metrics().values().get("mean_token_accuracy"),
        measured.metrics().values().get("mean_token_accuracy"));
  }
}
