package dev.hone.training.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Agrees with PyTorch to 1e-4 relative on every folder under {@code -Dhone.fixtures=DIR}, else on
 * those in the test resources, and to 2e-2 where operands are stored in bf16. A folder that cannot
 * be read, or whose architecture is not supported, fails. The models of {@code families/} are still
 * smaller, one for each way in which a family differs from Llama; the fewer numbers are added up,
 * the more the rounding of each shows.
 */
@Tag("parity")
class ParityTest {
  private static final double TOLERANCE = 1e-4;
  private static final double HALF_TOLERANCE = 2e-2;
  private static final double SMALLEST_HALF_TOLERANCE = 5e-2;

  @Test
  void referenceKernelsAgreeWithPyTorch() throws Exception {
    // Slow, and pairs go through the same passes: the other two compare those. What else there is
    // in
    // the bundled folders is in families/ too.
    List<Path> folders = Fixture.folders(given());
    if (System.getProperty("hone.fixtures") == null) {
      folders = folders.stream().filter(f -> f.endsWith("llama3") || f.endsWith("qwen3")).toList();
    }
    compareAll(folders, new ReferenceKernels(DataType.FLOAT), TOLERANCE, Comparison::run);
  }

  @Test
  void cpuKernelsAgreeWithPyTorch() throws Exception {
    compareAll(Fixture.folders(given()), new CpuKernels(2), TOLERANCE, ParityTest::everything);
  }

  @Test
  void cpuKernelsInBf16AgreeWithPyTorchInF32() throws Exception {
    Kernels half = new CpuKernels(2, Precision.BF16);
    compareAll(Fixture.folders(given()), half, HALF_TOLERANCE, ParityTest::everything);
  }

  @Test
  void everyFamilyAgrees() throws Exception {
    List<Path> families = Fixture.folders(bundled("/families"));
    compareAll(families, new ReferenceKernels(DataType.FLOAT), TOLERANCE, Comparison::run);
    compareAll(families, new CpuKernels(2), TOLERANCE, Comparison::run);
    Kernels half = new CpuKernels(2, Precision.BF16);
    compareAll(families, half, SMALLEST_HALF_TOLERANCE, Comparison::runWithoutDecoding);
  }

  private static void everything(Comparison comparison) {
    comparison.run();
    comparison.runPreferences();
  }

  private static void compareAll(
      List<Path> folders, Kernels kernels, double tolerance, Consumer<Comparison> run) {
    assertTrue(!folders.isEmpty(), () -> "no folder with an expected.json");
    Checks all = new Checks(tolerance);
    for (Path folder : folders) {
      try {
        run.accept(new Comparison(Fixture.read(folder), kernels, all));
      } catch (RuntimeException e) {
        all.failed(folder.getFileName().toString(), e);
      }
    }
    String kind = kernels.getClass().getSimpleName();
    System.out.println(kind + " on " + folders.size() + " folders: " + all);
    all.failures().forEach(failure -> System.out.println("  " + failure));
    assertEquals(List.of(), all.failures(), () -> kind + ": " + all);
  }

  private static Path given() throws Exception {
    String given = System.getProperty("hone.fixtures");
    return given == null ? bundled("/parity") : Path.of(given);
  }

  private static Path bundled(String resource) throws Exception {
    URI uri = ParityTest.class.getResource(resource).toURI();
    return Path.of(uri);
  }
}
