package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.collective.ThreadTeam;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.layers.LossRule;
import dev.hone.training.layers.TargetScores;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Ways of computing the same thing that must give the same result. */
@Tag("parity")
class EquivalenceTest {
  @TempDir Path dir;

  /** Gemma 2 with a window: its layers see different parts of the same sequence. */
  static Stream<Arguments> kernels() {
    return Stream.of("qwen3", "gemma2")
        .flatMap(
            family ->
                Stream.of(new ReferenceKernels(DataType.FLOAT), new CpuKernels(2))
                    .map(kernels -> Arguments.of(family, kernels)));
  }

  private CausalLm model(String family, Kernels kernels, int maxTokens) throws IOException {
    ModelDirectory base =
        TinyModel.write(dir, family, false, json -> json.put("sliding_window", 5));
    return CausalLm.load(base, Optional.empty(), kernels, maxTokens, 0);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aTokenChangesNothingBeforeItAndNothingInOtherDocuments(String family, Kernels kernels)
      throws IOException {
    CausalLm model = model(family, kernels, 32);
    PackedRow row = TinyModel.row(1, 7, 9);
    PackedRow changed = TinyModel.row(1, 7, 9);
    changed.inputIds()[3] = (row.inputIds()[3] + 1) % TinyModel.VOCABULARY;
    for (int t = 0; t < row.length(); t++) {
      boolean same = Arrays.equals(model.logits(row, t), model.logits(changed, t));
      assertEquals(t < 3 || t >= 7, same, "row " + t);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void packedEqualsUnpackedEqualsAccumulated(String family, Kernels kernels) throws IOException {
    CausalLm model = model(family, kernels, 32);
    PackedRow first = TinyModel.document(1, 7);
    PackedRow second = TinyModel.document(2, 1);
    PackedRow third = TinyModel.document(3, 12);
    PackedRow packed = PackedRow.concat(List.of(first, second, third));
    double scale = 1 / packed.weightSum();
    LossSum whole = pass(model, List.of(packed), scale);
    float[] gradient = gradient(model, kernels);
    for (List<PackedRow> parts :
        List.of(
            List.of(first, second, third),
            List.of(third, second, first),
            List.of(PackedRow.concat(List.of(first, second)), third))) {
      LossSum sum = pass(model, parts, scale);
      assertNear(whole.sum(), sum.sum(), 1e-5);
      assertEquals(whole.targets(), sum.targets());
      assertEquals(whole.correct(), sum.correct());
      assertNear(gradient, gradient(model, kernels), 1e-5);
    }
    assertNear(whole.sum(), model.evaluate(packed).sum(), 1e-6);
  }

  /**
   * The prompt of a pair is computed once, and nothing shows it: dropout, which forbids it, is 0.
   */
  @ParameterizedTest
  @MethodSource("kernels")
  void sharedPromptsEqualPromptsComputedTwice(String family, Kernels kernels) throws IOException {
    CausalLm model = model(family, kernels, 64);
    PackedRow pairs = TinyModel.pairs(5, 7, 9, 2, 12);
    LossRule rule =
        (scores, coefficients) -> {
          double sum = 0;
          for (int i = 0; i < scores.count(); i++) {
            coefficients[i] = 0.1 * Math.sin(scores.position(i));
            sum -= coefficients[i] * scores.logProbability(i);
          }
          return sum;
        };
    double[] shared = logProbabilities(model.forwardBackward(pairs, false, rule));
    float[] gradient = gradient(model, kernels);
    model.zeroGradients();
    double[] apart = logProbabilities(model.forwardBackward(pairs, true, rule));
    assertEquals(30, shared.length);
    for (int i = 0; i < shared.length; i++) {
      assertNear(apart[i], shared[i], 1e-5);
    }
    assertNear(gradient(model, kernels), gradient, 1e-5);
    int last = pairs.length() - 1;
    assertArrayEquals(
        model.logits(
            new PackedRow(pairs.inputIds(), pairs.lossWeights(), pairs.documentStarts()), last),
        model.logits(pairs, last),
        1e-4f);
  }

  private static double[] logProbabilities(TargetScores scores) {
    return IntStream.range(0, scores.count()).mapToDouble(scores::logProbability).toArray();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void cachedDecodingEqualsAFullPassForEachToken(String family, Kernels kernels)
      throws IOException {
    CausalLm model = model(family, kernels, 32);
    int[] ids = {3, 9, 4, 1, 12, 7};
    int[] generated = model.generate(ids, 12, Set.of());
    assertEquals(12, generated.length);
    for (int token : generated) {
      float[] logits =
          model.logits(new PackedRow(ids, new float[ids.length], new int[] {0}), ids.length - 1);
      assertEquals(best(logits), token);
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] = token;
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aPromptLongerThanAPassIsReadInPieces(String family, Kernels kernels) throws IOException {
    int[] prompt = TinyModel.document(4, 11).inputIds();
    int[] expected = model(family, kernels, 64).generate(prompt, 8, Set.of());
    for (int maxTokens : List.of(1, 4, 5, 11)) {
      assertArrayEquals(expected, model(family, kernels, maxTokens).generate(prompt, 8, Set.of()));
    }
    assertArrayEquals(
        Arrays.copyOf(expected, indexOf(expected, expected[2]) + 1),
        model(family, kernels, 64).generate(prompt, 8, Set.of(expected[2])));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void promptsDecodedTogetherGiveWhatEachGivesAlone(String family, Kernels kernels)
      throws IOException {
    CausalLm model = model(family, kernels, 7);
    List<int[]> prompts =
        List.of(
            TinyModel.document(4, 11).inputIds(),
            TinyModel.document(5, 2).inputIds(),
            TinyModel.document(6, 7).inputIds());
    int stop = model.generate(prompts.get(1), 3, Set.of())[2];
    List<int[]> together = model.generate(prompts, 9, Set.of(stop));
    assertEquals(prompts.size(), together.size());
    for (int i = 0; i < prompts.size(); i++) {
      assertArrayEquals(model.generate(prompts.get(i), 9, Set.of(stop)), together.get(i));
    }
    assertEquals(List.of(), model.generate(List.of(), 9, Set.of()));
  }

  /** 17 prompts are batches of 6, 6 and 5, which two ranks and four share. */
  @Test
  void ranksDecodeWhatOneDecodes() throws Exception {
    List<int[]> prompts =
        IntStream.range(0, 17)
            .mapToObj(i -> TinyModel.document(i, 2 + 5 * i % 9).inputIds())
            .toList();
    List<int[]> alone = model("qwen3", new CpuKernels(1), 7).generate(prompts, 6, Set.of(3));
    assertEquals(17, alone.size());
    for (int size : new int[] {2, 4}) {
      List<CausalLm> models = new ArrayList<>();
      for (int rank = 0; rank < size; rank++) {
        models.add(model("qwen3", new CpuKernels(1), 7));
      }
      List<List<int[]>> told =
          ThreadTeam.run(
              size, ranks -> models.get(ranks.rank()).generate(prompts, 6, Set.of(3), ranks));
      for (List<int[]> answers : told) {
        for (int i = 0; i < 17; i++) {
          assertArrayEquals(alone.get(i), answers.get(i), size + " ranks, prompt " + i);
        }
      }
    }
  }

  private static LossSum pass(CausalLm model, List<PackedRow> rows, double scale) {
    model.zeroGradients();
    return rows.stream()
        .map(row -> model.forwardBackward(row, scale))
        .reduce(LossSum.ZERO, LossSum::plus);
  }

  private static float[] gradient(CausalLm model, Kernels kernels) {
    float[] values = new float[Math.toIntExact(model.gradients().length())];
    kernels.read(model.gradients(), 0, FloatBuffer.wrap(values));
    return values;
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static int indexOf(int[] values, int value) {
    int i = 0;
    while (values[i] != value) {
      i++;
    }
    return i;
  }

  private static void assertNear(double expected, double actual, double relative) {
    assertTrue(
        Math.abs(actual - expected) <= relative * Math.abs(expected),
        () -> actual + " is not near " + expected);
  }

  /** By the norm of the difference, as a part of the norm; of a gradient that is not all zero. */
  private static void assertNear(float[] expected, float[] actual, double relative) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) expected[i] - actual[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    double d = Math.sqrt(difference);
    double n = Math.sqrt(norm);
    assertTrue(n > 0 && d <= relative * n, () -> "they differ by " + d + " of " + n);
  }
}
