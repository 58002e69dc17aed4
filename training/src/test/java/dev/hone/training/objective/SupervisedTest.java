package dev.hone.training.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.data.PackList;
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

  @Test
  void heldOutIsTheLossOfOneBatch() throws IOException {
    CausalLm model =
        CausalLm.load(
            TinyModel.write(dir, "llama", true), Optional.empty(), new CpuKernels(2), 64, 3);
    PackList packs = new PackList(List.of(TinyModel.row(1, 6, 4), TinyModel.row(5, 9)));
    Supervised supervised = new Supervised();
    StepLoss step =
        supervised.on(model, packs, List.of()).objective().forwardBackward(packs.rows(), i -> i);
    StepLoss measured = supervised.heldOut(model, packs).loss().get();
    assertEquals(step.loss(), measured.loss(), 1e-6);
    assertEquals(
        step.metrics().values().get("mean_token_accuracy"),
        measured.metrics().values().get("mean_token_accuracy"));
  }
}
