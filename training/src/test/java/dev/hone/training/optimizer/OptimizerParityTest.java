package dev.hone.training.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.training.kernels.DynamicMap;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Five steps of every optimizer, recorded from torch, Transformers and bitsandbytes. */
@Tag("parity")
class OptimizerParityTest {
  private static final double[] SIZES = {1, 0.1, 0.01, 0.001};

  private final JsonNode expected = read();

  @ParameterizedTest
  @EnumSource(OptimizerKind.class)
  void parametersAndStateAreTheirs(OptimizerKind kind) {
    for (Kernels kernels :
        new Kernels[] {new CpuKernels(2), new ReferenceKernels(DataType.FLOAT)}) {
      Map<String, Tensor> actual = run(kind, kernels);
      JsonNode result = expected.get("results").get(kind.names().get(0));
      assertTrue(result.size() > 2, kind + " has no state");
      for (Iterator<String> names = result.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        compare(kind + " " + name, result.get(name), values(kernels, actual.get(hone(kind, name))));
      }
    }
  }

  @Test
  void theCodesOfBytesAreThoseOfBitsandbytes() {
    compareMap(expected.get("maps").get("signed"), DynamicMap.signed());
    compareMap(expected.get("maps").get("unsigned"), DynamicMap.unsigned());
  }

  private static void compareMap(JsonNode theirs, DynamicMap map) {
    assertEquals(256, theirs.size());
    for (int code = 0; code < 256; code++) {
      double value = theirs.get(code).doubleValue();
      assertTrue(
          Math.abs(map.values()[code] - value) <= 2e-7 * Math.abs(value),
          code + ": " + map.values()[code] + " instead of " + value);
    }
  }

  /** Small tensors have the names of torch here, and not those of bitsandbytes. */
  private static String hone(OptimizerKind kind, String name) {
    return kind == OptimizerKind.ADAMW_8BIT && name.startsWith("vector.")
        ? name.replace("state1", "exp_avg").replace("state2", "exp_avg_sq")
        : name;
  }

  private void compare(String what, JsonNode theirs, float[] ours) {
    int every = expected.get("every").intValue();
    assertEquals((ours.length + every - 1) / every, theirs.size(), what);
    for (int i = 0; i < theirs.size(); i++) {
      double value = theirs.get(i).doubleValue();
      assertTrue(
          Math.abs(ours[i * every] - value) <= 1e-5 * Math.max(1e-3, Math.abs(value)),
          "%s[%d]: %s instead of %s".formatted(what, i * every, ours[i * every], value));
    }
  }

  /** The parameters by name, and the state by its. */
  private Map<String, Tensor> run(OptimizerKind kind, Kernels kernels) {
    List<Parameter> parameters =
        List.of(parameter(kernels, "matrix", 64, 70), parameter(kernels, "vector", 70));
    Optimizer optimizer =
        new OptimizerSettings(
                kind,
                expected.get("betas").get(0).doubleValue(),
                expected.get("betas").get(1).doubleValue(),
                expected.get("eps").doubleValue(),
                expected.get("weight_decay").doubleValue(),
                true)
            .create(parameters, kernels);
    for (int step = 1; step <= expected.get("steps").intValue(); step++) {
      for (Parameter parameter : parameters) {
        fill(kernels, parameter.gradient(), step);
      }
      optimizer.step(expected.get("lr").doubleValue(), 1);
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    parameters.forEach(parameter -> tensors.put(parameter.name(), parameter.value()));
    optimizer.state().forEach(state -> tensors.put(state.name(), state.tensor()));
    return tensors;
  }

  private static Parameter parameter(Kernels kernels, String name, long... shape) {
    Tensor value = kernels.allocate(shape);
    fill(kernels, value, 0);
    return new Parameter(name, value, kernels.allocate(shape));
  }

  /** The numbers of {@code values} in generate.py. */
  private static void fill(Kernels kernels, Tensor tensor, int seed) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    for (int i = 0; i < values.length; i++) {
      long whole = (i * 7919L + seed * 104729L + 17) % 2003 - 1001;
      values[i] = (float) (whole / 1001.0 * SIZES[i % 4]);
    }
    kernels.write(FloatBuffer.wrap(values), tensor, 0);
  }

  private static float[] values(Kernels kernels, Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.length())];
    kernels.read(tensor, 0, FloatBuffer.wrap(values));
    return values;
  }

  private static JsonNode read() {
    try (InputStream in =
        OptimizerParityTest.class.getResourceAsStream("/optimizers/expected.json")) {
      return new JsonMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
