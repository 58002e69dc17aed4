package dev.hone.training.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.optimizer.AdamW;
import dev.hone.training.optimizer.GradientClip;
import dev.hone.training.optimizer.WeightDecay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;

/** What TRL's trainers log, to 1e-3; see objectives/curves.py. */
final class TrlCurves {
  static final JsonNode EXPECTED = read("curves.json");
  static final Path LLAMA = Path.of("src/test/resources/parity/llama");
  private static final double TOLERANCE = 1e-3;

  final Kernels kernels = new CpuKernels(2);

  static List<String> runs() {
    List<String> names = new ArrayList<>();
    EXPECTED.get("runs").fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** All weights of the tiny llama, or its adapter. */
  CausalLm model(boolean adapter, int maxTokens) {
    Optional<LoraSpec> lora =
        adapter
            ? Optional.of(new LoraSpec(4, 8, 0, List.of(), Optional.of(LLAMA.resolve("adapter"))))
            : Optional.empty();
    return CausalLm.load(ModelDirectory.open(LLAMA.resolve("model")), lora, kernels, maxTokens, 0);
  }

  /** Steps of so many packs, in order. */
  static List<List<long[]>> steps(long packs, int together) {
    return LongStream.range(0, packs / together)
        .mapToObj(
            step -> List.of(LongStream.range(step * together, (step + 1) * together).toArray()))
        .toList();
  }

  /**
   * Does every step of a run.
   *
   * @param skips which metrics are not compared, by their name and TRL's step
   */
  void follow(
      String name,
      ObjectiveSpec.Learning learning,
      List<List<long[]>> steps,
      double learningRate,
      BiPredicate<String, JsonNode> skips) {
    follow(name, EXPECTED.get("runs").get(name), learning, steps, learningRate, skips);
  }

  /** The same of a run that is recorded elsewhere. */
  void follow(
      String name,
      JsonNode run,
      ObjectiveSpec.Learning learning,
      List<List<long[]>> steps,
      double learningRate,
      BiPredicate<String, JsonNode> skips) {
    Objective objective = learning.objective();
    AdamW optimizer =
        new AdamW(objective.parameters(), kernels, 0.9, 0.999, 1e-8, new WeightDecay(0, true));
    assertEquals(run.size(), steps.size(), "everything is learned from");
    for (int i = 0; i < steps.size(); i++) {
      objective.zeroGradients();
      List<PackedRow> microBatches =
          steps.get(i).stream()
              .map(
                  packs ->
                      PackedRow.concat(
                          Arrays.stream(packs).mapToObj(learning.packs()::read).toList()))
              .toList();
      StepLoss loss = objective.forwardBackward(microBatches, seed -> seed);
      GradientClip clip = GradientClip.of(objective.parameters(), kernels, 1);
      Map<String, Double> actual = new TreeMap<>(loss.metrics().values());
      actual.put("loss", loss.loss());
      actual.put("grad_norm", clip.norm());
      compare(name + " step " + (i + 1), actual, run.get(i), skips);
      optimizer.step(learningRate, clip.coefficient());
    }
  }

  private static void compare(
      String step,
      Map<String, Double> actual,
      JsonNode expected,
      BiPredicate<String, JsonNode> skips) {
    TreeSet<String> missing = new TreeSet<>();
    for (Iterator<String> names = expected.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (skips.test(name, expected)) {
        continue;
      }
      if (!actual.containsKey(name)) {
        missing.add(name);
        continue;
      }
      double value = expected.get(name).doubleValue();
      assertTrue(
          Math.abs(actual.get(name) - value) <= TOLERANCE * Math.max(1, Math.abs(value)),
          () -> step + " " + name + ": " + actual.get(name) + ", expected " + value);
    }
    assertEquals(new TreeSet<String>(), missing, step);
  }

  /** A prompt and an answer as one document. */
  static PackedRow answer(JsonNode example, String which) {
    int[] prompt = ints(example.get("prompt"));
    int[] answer = ints(example.get(which));
    int[] ids = Arrays.copyOf(prompt, prompt.length + answer.length);
    System.arraycopy(answer, 0, ids, prompt.length, answer.length);
    float[] weights = new float[ids.length];
    Arrays.fill(weights, prompt.length, ids.length, 1);
    return new PackedRow(ids, weights, new int[] {0});
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }

  static JsonNode read(String file) {
    try {
      return new JsonMapper().readTree(TrlCurves.class.getResource("/objectives/" + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
