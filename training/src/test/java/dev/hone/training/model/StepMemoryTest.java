package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.formats.model.peft.TrainedParts;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.optimizer.GradientClip;
import dev.hone.training.optimizer.Optimizer;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.optimizer.OptimizerSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a step leaves behind: little on the heap, nothing outside it. */
@Tag("slow")
class StepMemoryTest {
  /** Three blocks, with norms of the heads. */
  private static final ModelDirectory MODEL =
      ModelDirectory.open(Path.of("src/test/resources/parity/qwen3/model"));

  private static final int TOKENS = 256;

  static Stream<Arguments> cases() {
    return Stream.of(Precision.values())
        .flatMap(
            precision ->
                Stream.of(
                        Optional.<LoraSpec>empty(),
                        Optional.of(new LoraSpec(4, 8, 0.1, List.of(), Optional.empty())),
                        Optional.of(dora()))
                    .map(adapter -> Arguments.of(precision, adapter)));
  }

  private static LoraSpec dora() {
    LoraSettings plain = LoraSettings.of(4, 8, 0.1, List.of());
    return new LoraSpec(
        new LoraSettings(
            plain.ranks(), plain.dropout(), plain.targets(), plain.init(), true, TrainedParts.NONE),
        Optional.empty());
  }

  /** A model with an optimizer, which is trained on random rows. */
  private static final class Training {
    private final Kernels kernels;
    private final CausalLm model;
    private final Optimizer optimizer;
    private final Random random = new Random(5);

    Training(Precision precision, Optional<LoraSpec> adapter) {
      kernels = new CpuKernels(2, precision);
      model = CausalLm.load(MODEL, adapter, kernels, TOKENS, 3);
      optimizer =
          new OptimizerSettings(OptimizerKind.ADAMW, 0.9, 0.999, 1e-8, 0, false)
              .create(model.parameters(), kernels);
    }

    void step(PackedRow row) {
      model.zeroGradients();
      model.forwardBackward(row, 1 / row.weightSum());
      GradientClip clip = GradientClip.of(model.parameters(), kernels, 1);
      optimizer.step(1e-4, clip.coefficient());
    }

    /** Two documents of so many tokens together. */
    PackedRow row(int tokens) {
      int[] ids = random.ints(tokens, 0, MODEL.config().vocabSize()).toArray();
      float[] weights = new float[tokens];
      Arrays.fill(weights, 1);
      weights[0] = 0;
      weights[tokens / 3] = 0;
      return new PackedRow(ids, weights, new int[] {0, tokens / 3});
    }
  }

  /**
   * What is allocated is objects that describe calls: as much for a long row as for a short one.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void stepsLeaveNoArraysBehind(Precision precision, Optional<LoraSpec> adapter) {
    Training training = new Training(precision, adapter);
    PackedRow few = training.row(TOKENS / 8);
    PackedRow many = training.row(TOKENS);
    for (int i = 0; i < 50; i++) {
      training.step(few);
      training.step(many);
    }
    long small = allocatedBySteps(training, few);
    long large = allocatedBySteps(training, many);
    assertTrue(small < 150_000, small + " bytes are allocated in a step");
    assertTrue(large - small < 20_000, large + " bytes in a long step, " + small + " in a short");
  }

  private static long allocatedBySteps(Training training, PackedRow row) {
    int steps = 20;
    long before = allocated();
    for (int i = 0; i < steps; i++) {
      training.step(row);
    }
    return (allocated() - before) / steps;
  }

  /** Bytes that the threads of the kernels and this one have ever allocated on the heap. */
  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t == Thread.currentThread() || t.getName().equals("hone-kernels"))
        .mapToLong(t -> threads.getThreadAllocatedBytes(t.getId()))
        .sum();
  }

  /**
   * Five hundred steps on rows of all lengths need no more memory than the five hundred before
   * them, by which all caches are full.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void nativeMemoryDoesNotGrow(Precision precision, Optional<LoraSpec> adapter) throws IOException {
    Training training = new Training(precision, adapter);
    for (int i = 0; i < 500; i++) {
      training.step(training.row(TOKENS - i % 100));
    }
    long before = outsideTheHeap();
    for (int i = 0; i < 500; i++) {
      training.step(training.row(TOKENS - i % 100));
    }
    long grown = outsideTheHeap() - before;
    assertTrue(grown < 16 << 20, "500 steps left " + grown + " bytes of native memory behind");
  }

  /** Resident memory that is not the heap, after a collection, which frees what objects own. */
  private static long outsideTheHeap() throws IOException {
    System.gc();
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      long resident =
          lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
              .findFirst()
              .orElseThrow();
      return resident - Runtime.getRuntime().totalMemory();
    }
  }
}
