package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backward pass tells is true: those gradients do not change any more. */
@Tag("parity")
class BackwardOrderTest {
  private static final PackedRow ROW = TinyModel.row(1, 6, 9);

  @TempDir Path dir;
  private final Kernels kernels = new CpuKernels(1);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void gradientsAreFinalWhenItSaysSo(boolean tied) throws IOException {
    check(
        CausalLm.load(TinyModel.write(dir, "llama", tied), Optional.empty(), kernels, 64, 3),
        List.of(19, 10, 1, 0));
  }

  @Test
  void soAreThoseOfAnAdapter() throws IOException {
    check(TinyModel.adapter(dir, kernels, 0.3), List.of(28, 14, 0, 0));
  }

  private void check(CausalLm model, List<Integer> places) throws IOException {
    List<Parameter> parameters = model.parameters();
    model.zeroGradients();
    model.forwardBackward(ROW, 0.1); // adds to what is there
    List<Integer> told = new ArrayList<>();
    List<List<float[]>> seen = new ArrayList<>();
    model.onBackward(
        from -> {
          told.add(from);
          seen.add(gradients(parameters.subList(from, parameters.size())));
        });
    model.forwardBackward(ROW, 0.1);
    List<float[]> last = gradients(parameters);
    for (int i = 0; i < told.size(); i++) {
      for (int p = told.get(i); p < last.size(); p++) {
        assertArrayEquals(last.get(p), seen.get(i).get(p - told.get(i)), parameters.get(p).name());
      }
    }
    List<Integer> falling = new ArrayList<>(told);
    falling.sort(Collections.reverseOrder());
    assertEquals(falling, told);
    assertEquals(places, told, () -> parameters.size() + " parameters");
  }

  private List<float[]> gradients(List<Parameter> parameters) {
    List<float[]> all = new ArrayList<>();
    for (Parameter parameter : parameters) {
      float[] values = new float[Math.toIntExact(parameter.gradient().length())];
      kernels.read(parameter.gradient(), 0, FloatBuffer.wrap(values));
      all.add(values);
    }
    return all;
  }
}
