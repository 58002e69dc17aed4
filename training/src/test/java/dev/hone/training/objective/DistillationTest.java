package dev.hone.training.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.training.data.PackList;
import dev.hone.training.data.PackedRow;
import dev.hone.training.data.Teaching;
import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.kernels.DistillationLoss.Divergence;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.TinyModel;
import dev.hone.training.optimizer.AdamW;
import dev.hone.training.optimizer.WeightDecay;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("parity")
class DistillationTest {
  private static final List<PackedRow> ROWS =
      List.of(TinyModel.row(1, 6, 4), TinyModel.row(5, 9), TinyModel.row(7, 8, 8));

  @TempDir Path dir;

  private final Kernels kernels = new CpuKernels(2);

  private CausalLm student() throws IOException {
    return CausalLm.load(
        TinyModel.write(dir.resolve("student"), "llama", true), Optional.empty(), kernels, 64, 3);
  }

  private CausalLm teacher() throws IOException {
    return CausalLm.load(
        TinyModel.write(dir.resolve("teacher"), "qwen3", false), Optional.empty(), kernels, 64, 3);
  }

  private static List<PackedRow> taught(CausalLm teacher, int k) {
    return ROWS.stream().map(row -> row.withTeaching(teacher.teach(row, k))).toList();
  }

  private static DistillationLoss loss(Divergence divergence, double temperature) {
    return new DistillationLoss(divergence, temperature, 0.3, 0.9, 0.1);
  }

  private static StepLoss step(CausalLm model, DistillationLoss loss, List<PackedRow> rows) {
    Objective objective = new DistillationObjective(model, loss);
    objective.zeroGradients();
    return objective.forwardBackward(rows, i -> i);
  }

  private static double metric(StepLoss step, String name) {
    return step.metrics().values().get(name);
  }

  @ParameterizedTest
  @EnumSource(Divergence.class)
  void aStudentLikeItsTeacherHasNothingToLearn(Divergence divergence) throws IOException {
    CausalLm model = student();
    for (int k : new int[] {1, 5, TinyModel.VOCABULARY}) {
      for (double temperature : new double[] {1, 2}) {
        DistillationLoss loss = new DistillationLoss(divergence, temperature, 0.3, 1, 0);
        StepLoss step = step(model, loss, taught(model, k));
        assertEquals(0, metric(step, "kd_loss"), 1e-6);
        assertEquals(0, step.loss(), 1e-6);
        assertEquals(0, Math.sqrt(kernels.sumOfSquares(model.gradients())), 1e-5);
        assertTrue(Math.abs(metric(step, "ce_loss")) > 1, "which is not 0 by an empty batch");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Divergence.class)
  void theBatchMayBeCutAnyhow(Divergence divergence) throws IOException {
    CausalLm model = student();
    List<PackedRow> rows = taught(teacher(), 4);
    DistillationLoss loss = loss(divergence, 2);
    StepLoss apart = step(model, loss, rows);
    float[] gradient = gradient(model);
    for (List<PackedRow> cut :
        List.of(
            List.of(PackedRow.concat(rows)),
            List.of(rows.get(2), PackedRow.concat(List.of(rows.get(0), rows.get(1)))))) {
      StepLoss other = step(model, loss, cut);
      assertEquals(apart.loss(), other.loss(), 1e-6);
      apart
          .metrics()
          .values()
          .forEach((name, value) -> assertEquals(value, metric(other, name), 1e-6, name));
      float[] same = gradient(model);
      for (int i = 0; i < same.length; i++) {
        assertEquals(gradient[i], same[i], 1e-5f * (1 + Math.abs(gradient[i])));
      }
    }
    assertEquals(
        0.9 * metric(apart, "kd_loss") + 0.1 * metric(apart, "ce_loss"), apart.loss(), 1e-9);
    assertEquals(
        List.of("mean_token_accuracy", "entropy", "kd_loss", "ce_loss"),
        List.copyOf(apart.metrics().values().keySet()));
  }

  private float[] gradient(CausalLm model) {
    float[] values = new float[Math.toIntExact(model.gradients().length())];
    kernels.read(model.gradients(), 0, FloatBuffer.wrap(values));
    return values;
  }

  /** The likelihood alone is supervised fine-tuning, whatever the teacher says. */
  @Test
  void withoutTheTeacherItIsSupervised() throws IOException {
    CausalLm model = student();
    DistillationLoss alone = new DistillationLoss(Divergence.FORWARD, 1, 0.5, 0, 1);
    StepLoss step = step(model, alone, taught(teacher(), 3));
    float[] gradient = gradient(model);
    model.zeroGradients();
    StepLoss plain = new SupervisedObjective(model).forwardBackward(ROWS, i -> i);
    assertEquals(plain.loss(), step.loss(), 1e-7);
    float[] expected = gradient(model);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], gradient[i], 1e-6f);
    }
  }

  @ParameterizedTest
  @EnumSource(Divergence.class)
  void twentyStepsBringTheStudentNearer(Divergence divergence) throws IOException {
    CausalLm model = student();
    List<PackedRow> rows = taught(teacher(), 6);
    Distillation spec = new Distillation(new DistillationLoss(divergence, 1, 0.5, 1, 0), 0);
    Objective objective = spec.on(model, new PackList(rows), List.of()).objective();
    AdamW adamW =
        new AdamW(objective.parameters(), kernels, 0.9, 0.999, 1e-8, new WeightDecay(0, false));
    double first = 0;
    double last = 0;
    for (int i = 0; i < 20; i++) {
      objective.zeroGradients();
      last = metric(objective.forwardBackward(rows, seed -> seed), "kd_loss");
      first = i == 0 ? last : first;
      adamW.step(2e-2, 1);
    }
    assertTrue(last < 0.4 * first, first + " became " + last);
    StepLoss heldOut = spec.heldOut(model, new PackList(rows)).loss().get();
    assertTrue(metric(heldOut, "kd_loss") < last, "one more step was made");
  }

  @Test
  void heldOutPacksAreMeasuredByTheirLikelihood() throws IOException {
    CausalLm model = student();
    List<PackedRow> rows = taught(teacher(), 3);
    Distillation spec = new Distillation(loss(Divergence.JS, 2), 0);
    StepLoss plain = Supervised.PLAIN.heldOut(model, new PackList(ROWS)).loss().get();
    StepLoss without = spec.heldOut(model, new PackList(ROWS)).loss().get();
    assertEquals(plain.loss(), without.loss());
    assertFalse(without.metrics().values().containsKey("kd_loss"));
    StepLoss mixed =
        spec.heldOut(model, new PackList(List.of(rows.get(0), rows.get(1), ROWS.get(2))))
            .loss()
            .get();
    assertEquals(plain.loss(), mixed.loss(), 1e-9);
    StepLoss two = step(model, loss(Divergence.JS, 2), rows.subList(0, 2));
    assertEquals(metric(two, "kd_loss"), metric(mixed, "kd_loss"), 1e-6);
    Map<String, Double> measured =
        spec.measured(model, new PackList(rows)).loss().get().metrics().values();
    assertEquals(
        List.of("mean_token_accuracy", "entropy", "kd_loss"), List.copyOf(measured.keySet()));
  }

  @Test
  void aRowNeedsATeachingOfItsVocabulary() throws IOException {
    CausalLm model = student();
    DistillationLoss loss = loss(Divergence.FORWARD, 1);
    PackedRow row = ROWS.get(0);
    assertEquals(
        "a row of " + row.targets() + " targets has no teaching to learn from",
        assertThrows(IllegalArgumentException.class, () -> step(model, loss, ROWS)).getMessage());
    int[] ids = new int[row.targets()];
    ids[1] = TinyModel.VOCABULARY;
    PackedRow foreign = row.withTeaching(new Teaching(1, ids, new float[ids.length]));
    assertEquals(
        "the teacher gives token id 13, which is not in the model's vocabulary of 13: a teacher needs the tokenizer of its student; choose another teacher_model",
        assertThrows(HoneException.class, () -> step(model, loss, List.of(foreign))).getMessage());
    PackedRow none = new PackedRow(new int[] {1, 2}, new float[2], new int[] {0});
    double alone = step(model, loss, taught(teacher(), 2)).loss();
    List<PackedRow> more = new ArrayList<>(taught(teacher(), 2));
    more.add(none);
    assertEquals(alone, step(model, loss, more).loss(), 1e-9);
  }
}
