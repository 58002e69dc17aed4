package dev.hone.training.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.peft.LoraInit;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.formats.model.peft.TrainedParts;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.model.Parameter;
import dev.hone.training.model.Room;
import dev.hone.training.model.Unfrozen;
import dev.hone.training.optimizer.Averaging;
import dev.hone.training.optimizer.GradientClip;
import dev.hone.training.optimizer.LearningRates;
import dev.hone.training.optimizer.Optimizer;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.optimizer.OptimizerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Adapters that PEFT made with each of its settings, continued here: losses, gradient norms and the
 * logits at the end, as PEFT computed them ({@code adapters/generate.py}).
 */
@Tag("parity")
class PeftParityTest {
  private static final Path ADAPTERS = Path.of("src/test/resources/adapters");
  private static final JsonNode EXPECTED = expected();

  @TempDir private Path folder;

  static Stream<String> cases() {
    Iterable<String> names = () -> EXPECTED.get("cases").fieldNames();
    return StreamSupport.stream(names.spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyStepIsThatOfPeft(String name) {
    train(name, new CpuKernels(2), 0);
    train(name, new CpuKernels(2), 1);
    train(name, new ReferenceKernels(DataType.FLOAT), 0);
  }

  /** What is saved is what was trained: the directory computes the same. */
  @ParameterizedTest
  @MethodSource("cases")
  void whatIsSavedComputesTheSame(String name) {
    CpuKernels kernels = new CpuKernels(2);
    CausalLm trained = train(name, kernels, 0);
    trained.save(folder);
    PackedRow row = rows().get(0);
    ModelDirectory base = base(name);
    CausalLm opened =
        CausalLm.load(base, Optional.of(LoraSpec.trained(folder, base)), kernels, 20, 0);
    int last = row.length() - 1;
    assertEquals(
        Arrays.toString(trained.logits(row, last)), Arrays.toString(opened.logits(row, last)));
    assertDecodes(opened, row.inputIds());
  }

  /**
   * OLoRA and PiSSA take their start out of the weights; saved is a branch of twice the rank, for
   * the weights as they are on disk. Signs of singular vectors are anyone's choice, and change none
   * of what is compared.
   */
  @ParameterizedTest
  @ValueSource(strings = {"olora", "pissa"})
  void aStartInTheWeightsIsThatOfPeft(String name) {
    JsonNode expected = EXPECTED.get("fresh").get(name);
    ModelDirectory base = model(expected);
    LoraSettings plain = LoraSettings.of(4, 6, 0, List.of("q_proj", "down_proj"));
    LoraSettings settings =
        new LoraSettings(
            plain.ranks(),
            0,
            plain.targets(),
            LoraInit.named(name).orElseThrow(),
            false,
            TrainedParts.NONE);
    for (Kernels kernels : List.of(new CpuKernels(2), new ReferenceKernels(DataType.FLOAT))) {
      for (int checkpointing = 0; checkpointing < 2; checkpointing++) {
        CausalLm trained =
            train(expected, name, new LoraSpec(settings, Optional.empty()), kernels, checkpointing);
        trained.save(folder);
        LoraSpec saved = LoraSpec.trained(folder, base);
        assertEquals(8, saved.settings().ranks().r());
        assertEquals(1.5, saved.settings().ranks().scaleOf("model.layers.0.self_attn.q_proj"));
        CausalLm opened = CausalLm.load(base, Optional.of(saved), kernels, 20, 0);
        Checks checks = new Checks(1e-4);
        PackedRow row = rows().get(0);
        checks.near(
            "logits of what was saved",
            opened.logits(row, row.length() - 1),
            Fixture.doubles(expected.get("logits")));
        assertEquals(List.of(), checks.failures());
      }
    }
  }

  /** With a cache, token by token, the likeliest of what the whole row gives. */
  private static void assertDecodes(CausalLm model, int[] prompt) {
    int[] generated = model.generate(prompt, 4, Set.of());
    int[] ids = prompt;
    for (int token : generated) {
      PackedRow row = new PackedRow(ids, new float[ids.length], new int[] {0});
      float[] logits = model.logits(row, ids.length - 1);
      int best = 0;
      for (int v = 1; v < logits.length; v++) {
        best = logits[v] > logits[best] ? v : best;
      }
      assertEquals(best, token);
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] = token;
    }
  }

  private CausalLm train(String name, Kernels kernels, int checkpointing) {
    LoraSpec spec = LoraSpec.trained(ADAPTERS.resolve(name), base(name));
    return train(EXPECTED.get("cases").get(name), name, spec, kernels, checkpointing);
  }

  private CausalLm train(
      JsonNode expected, String name, LoraSpec spec, Kernels kernels, int checkpointing) {
    ModelDirectory base = model(expected);
    CausalLm model =
        CausalLm.load(
            base, Optional.of(spec), Unfrozen.ALL, kernels, Room.whole(20), 0, checkpointing);
    List<Parameter> parameters = model.parameters();
    assertEquals(
        expected.get("parameters").longValue(),
        parameters.stream().mapToLong(parameter -> parameter.value().length()).sum());
    Optimizer optimizer = optimizer(expected).create(parameters, kernels);
    Checks checks = new Checks(1e-4);
    List<PackedRow> rows = rows();
    double targets = rows.stream().mapToDouble(PackedRow::weightSum).sum();
    for (JsonNode step : expected.get("steps")) {
      String at = name + " step " + (optimizer.steps() + 1);
      model.zeroGradients();
      double loss = 0;
      for (PackedRow row : rows) {
        loss += model.forwardBackward(row, 1 / targets).sum() / targets;
      }
      GradientClip clip =
          GradientClip.of(parameters, kernels, EXPECTED.get("max_grad_norm").doubleValue());
      checks.near(at + " loss", loss, step.get("loss").doubleValue());
      checks.near(at + " grad_norm", clip.norm(), step.get("grad_norm").doubleValue());
      optimizer.step(EXPECTED.get("lr").doubleValue(), clip.coefficient());
    }
    checks.near(
        name + " logits",
        model.logits(rows.get(0), rows.get(0).length() - 1),
        Fixture.doubles(expected.get("logits")));
    assertEquals(List.of(), checks.failures());
    assertTrue(checks.total() > 10, "nothing was compared");
    return model;
  }

  private static OptimizerSettings optimizer(JsonNode expected) {
    return new OptimizerSettings(
        OptimizerKind.ADAMW,
        EXPECTED.get("betas").get(0).doubleValue(),
        EXPECTED.get("betas").get(1).doubleValue(),
        EXPECTED.get("eps").doubleValue(),
        0,
        false,
        LearningRates.loraPlus(expected.get("extras").path("loraplus_lr_ratio").asDouble(1)),
        Averaging.NONE);
  }

  private static ModelDirectory base(String name) {
    return model(EXPECTED.get("cases").get(name));
  }

  private static ModelDirectory model(JsonNode expected) {
    String base = expected.get("base").textValue();
    return ModelDirectory.open(Path.of("src/test/resources/parity", base, "model"));
  }

  private static List<PackedRow> rows() {
    List<PackedRow> rows = new ArrayList<>();
    for (JsonNode ids : EXPECTED.get("rows")) {
      float[] weights = new float[ids.size()];
      Arrays.fill(weights, EXPECTED.get("prompt").intValue(), weights.length, 1);
      rows.add(new PackedRow(Fixture.ints(ids), weights, new int[] {0}));
    }
    return rows;
  }

  private static JsonNode expected() {
    try {
      return new JsonMapper().readTree(ADAPTERS.resolve("expected.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
