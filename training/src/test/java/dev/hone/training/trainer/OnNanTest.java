package dev.hone.training.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.objective.Supervised;
import dev.hone.training.optimizer.Averaging;
import dev.hone.training.parallel.Averaged;
import dev.hone.training.parallel.OuterStep;
import dev.hone.training.parallel.Ranks;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A kernel of the first rank gives NaN in some steps. */
@Tag("unit")
class OnNanTest {
  private static final double RATE = 2e-2;

  @TempDir private Path folder;

  /**
   * What a kernel does wrong.
   *
   * @param argument number of the tensor that is all NaN after it
   * @param calls which of its calls, from 1; the kernels here are called once a pass
   */
  private record Fault(String method, int argument, Set<Integer> calls) {
    static final Fault NONE = new Fault("", 0, Set.of());

    Kernels in(Kernels right) {
      int[] made = new int[1];
      return (Kernels)
          Proxy.newProxyInstance(
              Kernels.class.getClassLoader(),
              new Class<?>[] {Kernels.class},
              (proxy, called, arguments) -> {
                if (called.getReturnType() == Kernels.class) {
                  return proxy;
                }
                Object result;
                try {
                  result = called.invoke(right, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
                if (called.getName().equals(method) && calls.contains(++made[0])) {
                  spoil(right, (Tensor) arguments[argument]);
                }
                return result;
              });
    }
  }

  private static void spoil(Kernels kernels, Tensor tensor) {
    float[] values = new float[(int) tensor.length()];
    Arrays.fill(values, Float.NaN);
    kernels.write(FloatBuffer.wrap(values), tensor, 0);
  }

  private RankedRun run(Fault fault) {
    RankedRun.Models sound = RanksTest.model(folder, false);
    return new RankedRun(
            Supervised.PLAIN,
            (rank, kernels) -> sound.of(rank, rank == 0 ? fault.in(kernels) : kernels),
            RanksTest.ROWS)
        .toTheLastBit();
  }

  /** NaN of the embeddings is in every activation; that of the logits' gradient in no loss. */
  @ParameterizedTest
  @CsvSource({"embed,3,1", "embed,3,2", "crossEntropyWithGradient,0,1"})
  void aStepThatIsNotFiniteChangesNothing(String kernel, int argument, int ranks) throws Exception {
    Fault third = new Fault(kernel, argument, Set.of(3));
    Averaging average = new Averaging(0.5, 1, 1);
    for (Averaging averaging : List.of(Averaging.NONE, average)) {
      List<RankedRun.Result> before =
          run(Fault.NONE).run(Plans.skipping(2, RATE, averaging), Ranks.gradients(ranks));
      for (RankedRun.Result rank :
          run(third).run(Plans.skipping(3, RATE, averaging), Ranks.gradients(ranks))) {
        RanksTest.assertSame(before.get(0).values(), rank.values());
        assertEquals(1, rank.metrics().get(2).skippedSteps());
      }
    }
    List<StepMetrics> metrics =
        run(third)
            .run(Plans.skipping(9, RATE, Averaging.NONE), Ranks.gradients(ranks))
            .get(0)
            .metrics();
    assertEquals(1, metrics.get(8).byName().get("skipped_steps"), "the next is as any other");
    assertFalse(metrics.get(1).byName().containsKey("skipped_steps"));
    assertEquals(8, metrics.stream().filter(line -> Double.isFinite(line.loss())).count());
    assertEquals(
        Set.of("learning_rate", "num_tokens", "tokens_per_second", "step_seconds", "skipped_steps"),
        without(metrics.get(2).byName().keySet(), "bytes_sent", "communication_share"),
        "no NaN in the table");
  }

  private static Set<String> without(Set<String> names, String... others) {
    Set<String> left = new HashSet<>(names);
    List.of(others).forEach(left::remove);
    return left;
  }

  /** One rank skips its step, and the other takes its own. */
  @Test
  void averagesStayFinite() throws Exception {
    Ranks apart = new Ranks(2, new Averaged.Parameters(2, new OuterStep(0.7, 0.9)));
    List<RankedRun.Result> results =
        run(new Fault("embed", 3, Set.of(2, 5)))
            .run(Plans.skipping(8, RATE, Averaging.NONE), apart);
    List<StepMetrics> metrics = results.get(0).metrics();
    assertEquals(2, metrics.get(7).skippedSteps());
    assertTrue(metrics.stream().allMatch(line -> Double.isFinite(line.loss())), "of the other");
    RanksTest.assertSame(results.get(0).values(), results.get(1).values());
    for (float[] values : results.get(0).values()) {
      for (float value : values) {
        assertTrue(Float.isFinite(value));
      }
    }
  }

  @Test
  void theCountGoesOnAfterACheckpoint() throws Exception {
    Fault fault = new Fault("embed", 3, Set.of(3));
    TrainArguments four = Plans.skipping(4, RATE, Averaging.NONE);
    run(fault).savingTo(folder).run(four, Ranks.gradients(2));
    List<StepMetrics> rest =
        run(fault)
            .from(folder)
            .run(Plans.skipping(7, RATE, Averaging.NONE), Ranks.gradients(2))
            .get(0)
            .metrics();
    assertEquals(List.of(1L, 1L, 2L), rest.stream().map(StepMetrics::skippedSteps).toList());
  }

  @Test
  void tenInARowAreNoAccident() throws Exception {
    Set<Integer> nine = Set.of(2, 3, 4, 5, 6, 7, 8, 9, 10);
    List<StepMetrics> metrics =
        run(new Fault("embed", 3, nine))
            .run(Plans.skipping(11, RATE, Averaging.NONE), Ranks.gradients(2))
            .get(0)
            .metrics();
    assertEquals(9, metrics.get(10).skippedSteps());

    Set<Integer> ten = Set.of(2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    HoneException thrown =
        assertThrows(
            HoneException.class,
            () ->
                run(new Fault("embed", 3, ten))
                    .run(Plans.skipping(12, RATE, Averaging.NONE), Ranks.gradients(2)));
    assertTrue(
        thrown
            .getMessage()
            .startsWith("step 11: loss is NaN and grad_norm is NaN, the 10th step in a row"),
        thrown.getMessage());
  }

  @Test
  void byDefaultTheRunEnds() {
    HoneException thrown =
        assertThrows(
            HoneException.class,
            () ->
                run(new Fault("embed", 3, Set.of(2)))
                    .run(Plans.steps(1, 1, 3, RATE), Ranks.gradients(2)));
    assertTrue(
        thrown.getMessage().startsWith("step 2: loss is NaN and grad_norm is NaN"),
        thrown.getMessage());
    assertTrue(thrown.getMessage().contains("on_nan: skip"), thrown.getMessage());
  }
}
