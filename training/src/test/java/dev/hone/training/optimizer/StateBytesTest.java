package dev.hone.training.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.Parameter;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class StateBytesTest {

  /**
   * A matrix of 70 x 83 = 5810 and a vector of 83. AdamW: 8 bytes for each. In 8 bits: 2 · 5810
   * codes, 2 · 4 bytes for each of 23 blocks, 8 · 83. Lion: 4 for each. Adafactor: 4 · (70 + 83)
   * and 4 · 83.
   */
  @ParameterizedTest
  @CsvSource({"ADAMW,47144", "ADAMW_8BIT,12468", "LION,23572", "ADAFACTOR,944"})
  void areThoseOfTheTensors(OptimizerKind kind, long bytes) {
    Kernels kernels = new CpuKernels(1);
    List<Parameter> parameters =
        List.of(parameter(kernels, "a.weight", 70, 83), parameter(kernels, "norm.weight", 83));
    OptimizerSettings settings = new OptimizerSettings(kind, 0.9, 0.99, 1e-8, 0, false);
    assertEquals(bytes, settings.create(parameters, kernels).stateBytes());
  }

  private static Parameter parameter(Kernels kernels, String name, long... shape) {
    return new Parameter(name, kernels.allocate(shape), kernels.allocate(shape));
  }
}
