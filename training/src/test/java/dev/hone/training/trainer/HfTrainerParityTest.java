package dev.hone.training.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.data.PackList;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.objective.SupervisedObjective;
import dev.hone.training.optimizer.Averaging;
import dev.hone.training.optimizer.LearningRates;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.schedule.LrCurve;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What transformers.Trainer logs, step by step ({@code hf-trainer/generate.py}): padded batches
 * there, packed rows here; partial micro-batches and partial accumulations; warm-up and cosine;
 * weight decay that spares the norms.
 */
@Tag("parity")
class HfTrainerParityTest {
  private static final Path RESOURCES = Path.of("src/test/resources");

  @Test
  void everyLoggedStepIsThatOfTransformers() throws IOException {
    JsonNode expected =
        new JsonMapper().readTree(RESOURCES.resolve("hf-trainer/expected.json").toFile());
    PackList packs = packs(expected.get("rows"));
    TrainPlan plan = TrainPlan.of(arguments(), packs.size());
    assertEquals(expected.get("steps").size(), plan.totalSteps());

    Kernels kernels = MachineKernels.open(2);
    CausalLm model =
        CausalLm.load(
            ModelDirectory.open(RESOURCES.resolve("parity/llama/model")),
            Optional.empty(),
            kernels,
            2 * packs.longest(),
            0);
    List<StepMetrics> logged = new ArrayList<>();
    TrainerListener listener =
        new TrainerListener() {
          @Override
          public void onMetrics(StepMetrics metrics) {
            logged.add(metrics);
          }
        };
    new Trainer(plan, new SupervisedObjective(model), kernels, packs, listener).run();

    for (int i = 0; i < logged.size(); i++) {
      JsonNode step = expected.get("steps").get(i);
      String at = "step " + (i + 1);
      assertClose(step, "loss", logged.get(i).loss(), 1e-4, at);
      assertClose(step, "grad_norm", logged.get(i).gradNorm(), 1e-4, at);
      assertClose(step, "learning_rate", logged.get(i).learningRate(), 1e-12, at);
      assertClose(step, "epoch", logged.get(i).epoch(), 1e-12, at);
    }
    assertEquals(3 * (9 + 17 + 5 + 30 + 12), logged.get(5).numTokens());
  }

  private static void assertClose(
      JsonNode step, String name, double actual, double relative, String at) {
    double wanted = step.get(name).asDouble();
    assertEquals(wanted, actual, relative * Math.abs(wanted), name + " of " + at);
  }

  private static PackList packs(JsonNode rows) {
    List<PackedRow> packs = new ArrayList<>();
    for (JsonNode row : rows) {
      int length = row.get("input_ids").size();
      int[] ids = new int[length];
      float[] weights = new float[length];
      for (int t = 0; t < length; t++) {
        ids[t] = row.get("input_ids").get(t).asInt();
        weights[t] = t > 0 && row.get("labels").get(t).asInt() != -100 ? 1 : 0;
      }
      packs.add(new PackedRow(ids, weights, new int[] {0}));
    }
    return new PackList(packs);
  }

  private static TrainArguments arguments() {
    return new TrainArguments(
        2,
        2,
        3,
        OptionalLong.empty(),
        1e-3,
        LrCurve.COSINE,
        OptionalInt.of(2),
        OptionalDouble.empty(),
        OptimizerKind.ADAMW,
        0.1,
        false,
        0.9,
        0.999,
        1e-8,
        LearningRates.EQUAL,
        Averaging.NONE,
        1,
        OnNan.STOP,
        7,
        true,
        OptionalDouble.of(1),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalInt.empty());
  }
}
