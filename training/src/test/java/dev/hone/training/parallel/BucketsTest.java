package dev.hone.training.parallel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class BucketsTest {
  private final Kernels kernels = new CpuKernels(1);

  /** The example of the class. */
  @Test
  void theLastParameterComesFirst() {
    List<Bucket> buckets = Buckets.of(parameters(40, 24), 16, 48, 2);
    assertEquals(2, buckets.size());
    assertEquals(List.of(new Run(1, 0, 24), new Run(0, 0, 16)), buckets.get(0).runs());
    assertArrayEquals(new int[] {0, 16, 40}, buckets.get(0).cuts());
    assertEquals(List.of(new Run(1, 16, 8), new Run(0, 0, 16)), buckets.get(0).part(1));
    assertEquals(List.of(new Run(0, 16, 24)), buckets.get(1).runs());
    assertArrayEquals(new int[] {0, 0, 24}, buckets.get(1).cuts());
  }

  @ParameterizedTest
  @CsvSource({"16,64,2", "16,1000,3", "256,512,4", "0,300,3", "0,5000,2", "16,64,7"})
  void everyElementIsOnOneRank(int unit, int size, int ranks) {
    List<Parameter> parameters = parameters(5, 700, 83, 1, 1024, 300);
    int[][] seen = new int[parameters.size()][];
    Arrays.setAll(seen, i -> new int[(int) parameters.get(i).value().length()]);
    long[] held = new long[ranks];
    for (Bucket bucket : Buckets.of(parameters, unit, size, ranks)) {
      assertTrue(unit == 0 || bucket.length() <= size);
      for (int rank = 0; rank < ranks; rank++) {
        for (Run run : bucket.part(rank)) {
          assertEquals(0, unit == 0 ? run.from() : run.from() % unit, run::toString);
          held[rank] += run.length();
          for (int i = 0; i < run.length(); i++) {
            seen[run.parameter()][(int) run.from() + i]++;
          }
        }
      }
    }
    for (int[] parameter : seen) {
      assertTrue(Arrays.stream(parameter).allMatch(count -> count == 1));
    }
    if (unit == 16 && size == 1000) {
      assertTrue(Arrays.stream(held).allMatch(count -> Math.abs(count - 2113 / 3) <= 3L * unit));
    }
  }

  @Test
  void matricesThatMayNotBeCutGoToWhoHasLeast() {
    List<Bucket> buckets = Buckets.of(parameters(100, 300, 200, 400), 0, 300, 2);
    List<String> parts = new ArrayList<>();
    buckets.forEach(bucket -> parts.add(bucket.part(0) + " " + bucket.part(1)));
    assertEquals(
        List.of(
            List.of(new Run(3, 0, 400)) + " []",
            "[] " + List.of(new Run(2, 0, 200)),
            "[] " + List.of(new Run(1, 0, 300)),
            List.of(new Run(0, 0, 100)) + " []"),
        parts);
  }

  private List<Parameter> parameters(long... lengths) {
    List<Parameter> parameters = new ArrayList<>();
    for (long length : lengths) {
      parameters.add(new Parameter("p", kernels.allocate(length), kernels.allocate(length)));
    }
    return parameters;
  }
}
