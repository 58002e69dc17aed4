package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.peft.LoraInit;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.formats.model.peft.TrainedParts;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Documents that are computed apart come to what they come to together. */
@Tag("unit")
@Timeout(120)
class StrandsTest {
  /** The second part has no target, where it is cut in three. */
  private static final PackedRow ROW =
      PackedRow.concat(
          List.of(
              TinyModel.row(1, 7, 9),
              TinyModel.document(5, 15).withWeights(new float[15]),
              TinyModel.row(9, 4, 6, 5)));

  @TempDir Path dir;

  static Stream<Arguments> cases() {
    LoraSettings plain = LoraSettings.of(2, 4, 0.3, List.of());
    return Stream.of(
            Optional.<LoraSettings>empty(),
            Optional.of(plain),
            Optional.of(with(plain, plain.init(), true)),
            Optional.of(with(plain, LoraInit.OLORA, false)))
        .flatMap(
            adapter ->
                IntStream.rangeClosed(2, 3).mapToObj(strands -> Arguments.of(adapter, strands)));
  }

  private static LoraSettings with(LoraSettings plain, LoraInit init, boolean dora) {
    return new LoraSettings(
        plain.ranks(), plain.dropout(), plain.targets(), init, dora, TrainedParts.NONE);
  }

  /** In double, with dropout, noise on the embeddings, and blocks that are computed again. */
  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfTheWhole(Optional<LoraSettings> adapter, int strands) throws IOException {
    ModelDirectory base = TinyModel.write(dir, "llama", true);
    Optional<LoraSpec> spec = adapter.map(found -> new LoraSpec(found, Optional.empty()));
    Kernels kernels = new ReferenceKernels(DataType.DOUBLE);
    CausalLm whole = load(base, spec, kernels, Room.whole(64), 1);
    CausalLm cut = load(base, spec, kernels, new Room(20, strands, 31), 1);
    LossSum[] sums = new LossSum[2];
    for (CausalLm model : List.of(whole, cut)) {
      model.setEmbeddingNoise(5);
      model.setDropoutSeed(11);
      model.zeroGradients();
      LossSum first = model.forwardBackward(ROW, 0.1);
      model.setDropoutSeed(12);
      sums[model == whole ? 0 : 1] = first.plus(model.forwardBackward(ROW, 0.1)); // adds
    }
    close(sums[0].numbers(), sums[1].numbers());
    close(gradients(whole), gradients(cut));
    close(whole.evaluate(ROW).numbers(), cut.evaluate(ROW).numbers());
  }

  @Test
  void soAreThoseOfATeachersWords() throws IOException {
    ModelDirectory base = TinyModel.write(dir, "llama", false);
    Kernels kernels = new ReferenceKernels(DataType.DOUBLE);
    CausalLm whole = load(base, Optional.empty(), kernels, Room.whole(64), 0);
    CausalLm cut = load(base, Optional.empty(), kernels, new Room(24, 2, 31), 0);
    PackedRow taught = ROW.withTeaching(whole.teach(ROW, 3));
    DistillationLoss loss =
        new DistillationLoss(DistillationLoss.Divergence.FORWARD, 2, 0.5, 0.5, 0.5);
    DistilledSum expected = whole.forwardBackward(taught, 0.1, loss);
    DistilledSum actual = cut.forwardBackward(taught, 0.1, loss);
    close(expected.likelihood().numbers(), actual.likelihood().numbers());
    close(new double[] {expected.divergence()}, new double[] {actual.divergence()});
    close(gradients(whole), gradients(cut));
  }

  /** Whoever is done first: sums of floats are formed in the same order. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void theSameBitsEveryTime(Precision precision) {
    ModelDirectory base = ModelDirectory.open(Path.of("src/test/resources/parity/qwen3/model"));
    Kernels kernels = new CpuKernels(2, precision);
    CausalLm model = load(base, Optional.empty(), kernels, new Room(60, 2, 60), 0);
    PackedRow row = TinyModel.row(3, 40, 20, 30, 30);
    float[] first = null;
    for (int i = 0; i < 20; i++) {
      model.zeroGradients();
      model.forwardBackward(row, 0.01);
      float[] gradients = floats(model, kernels);
      first = first == null ? gradients : first;
      assertArrayEquals(first, gradients, "pass " + i);
    }
    assertEquals(2, kernels.threads());
  }

  /** Nobody waits for a strand that has failed, and the next pass is as if nothing had been. */
  @Test
  void aFailureEndsThePass() throws IOException {
    ModelDirectory base = TinyModel.write(dir, "llama", true);
    AtomicInteger calls = new AtomicInteger();
    Kernels failing = failing(new ReferenceKernels(DataType.DOUBLE), calls);
    CausalLm model = load(base, Optional.empty(), failing, new Room(24, 2, 31), 0);
    model.zeroGradients();
    calls.set(9);
    IllegalStateException failure =
        assertThrows(IllegalStateException.class, () -> model.forwardBackward(ROW, 0.1));
    assertEquals("no memory for a product", failure.getMessage());
    CausalLm whole =
        load(base, Optional.empty(), new ReferenceKernels(DataType.DOUBLE), Room.whole(64), 0);
    for (CausalLm each : List.of(model, whole)) {
      each.zeroGradients();
      each.forwardBackward(ROW, 0.1);
    }
    close(gradients(whole), gradients(model));
  }

  /** Kernels that fail in the call of a weight's gradient that counts calls down to zero. */
  private static Kernels failing(Kernels real, AtomicInteger calls) {
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("linearBackwardWeight") && calls.decrementAndGet() == 0) {
                throw new IllegalStateException("no memory for a product");
              }
              try {
                Object result = method.invoke(real, arguments);
                return result instanceof Kernels other ? failing(other, calls) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static CausalLm load(
      ModelDirectory base, Optional<LoraSpec> adapter, Kernels kernels, Room room, int every) {
    CausalLm model = CausalLm.load(base, adapter, Unfrozen.ALL, kernels, room, 3, every);
    model.parameters().stream()
        .filter(parameter -> parameter.name().endsWith("lora_B.weight"))
        .forEach(b -> kernels.add(b.value(), 0, b.value(), 1, 1));
    return model;
  }

  private static double[] gradients(CausalLm model) {
    return model.gradients().array().toDoubleVector();
  }

  private static float[] floats(CausalLm model, Kernels kernels) {
    float[] values = new float[Math.toIntExact(model.gradients().length())];
    kernels.read(model.gradients(), 0, FloatBuffer.wrap(values));
    return values;
  }

  private static void close(double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertTrue(
          Math.abs(expected[i] - actual[i]) <= 1e-11 * (1 + Math.abs(expected[i])),
          i + " is " + actual[i] + " instead of " + expected[i]);
    }
  }
}
