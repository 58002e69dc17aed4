package dev.hone.jobs.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.model.safetensors.SafetensorsWriter;
import dev.hone.formats.model.safetensors.ShardsWriter;
import dev.hone.formats.model.safetensors.TensorSource;
import dev.hone.jobs.cli.HoneCli;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports of a model of a few hundred kilobytes, and of an adapter that PEFT wrote for it. */
@Tag("unit")
class ExporterTest {
  private static final Path STORED =
      Path.of(System.getProperty("hone.repository"), "training/src/test/resources/parity/llama");
  private static final Path MODEL = STORED.resolve("model");
  private static final Path ADAPTER = STORED.resolve("adapter");

  @TempDir Path dir;

  private Exporter.Result export(Path model, String to, Path out) {
    return new Exporter(model, Optional.of(MODEL), ExportTarget.of(to), out).run();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whatAKilledExportLeftIsTakenAway() throws IOException {
    Files.writeString(dir.resolve(".a.gguf.partial"), "half");
    Files.writeString(dir.resolve("..a.gguf.partial.partial"), "half");
    Files.createDirectories(dir.resolve(".a.gguf.merged/adapter"));
    Files.writeString(dir.resolve(".a.gguf.merged/adapter/model.safetensors"), "half");
    export(ADAPTER, "gguf:f16", dir.resolve("a.gguf"));
    assertEquals(List.of("a.gguf"), names());
  }

  @ParameterizedTest
  @ValueSource(strings = {"f32", "f16", "bf16", "q8_0", "q6_k", "q4_k_m", "q4_0"})
  void aFileOfEveryTypePassesTheGate(String type) throws IOException {
    Exporter.Result result = export(MODEL, "gguf:" + type, dir.resolve("a.gguf"));
    assertTrue(result.tolerance().holds(result.parity()), result::toString);
    assertEquals(type.equals("f32"), result.parity().difference() == 0, result::toString);
    assertEquals(List.of("a.gguf"), names());
  }

  /** The reference computes the branch beside the weights; the file has it in them. */
  @Test
  void anAdapterIsMergedFirst() throws IOException {
    Exporter.Result result = export(ADAPTER, "gguf:f32", dir.resolve("a.gguf"));
    assertTrue(result.parity().difference() > 0, result::toString);
    assertEquals(List.of("a.gguf"), names());
    TrainedModel plain = TrainedModel.whole(ModelDirectory.open(MODEL));
    HoneException other =
        assertThrows(
            HoneException.class,
            () ->
                new ParityGate(ADAPTER, TrainedModel.open(ADAPTER, Optional.of(MODEL)))
                    .require(dir, plain, Tolerance.of(Dtype.F32)));
    assertTrue(other.getMessage().contains("it would answer otherwise than"), other::getMessage);
  }

  @Test
  void mergedWeightsKeepTheirTypesAndShards() throws IOException {
    Path base = shardedInBf16();
    Path out = dir.resolve("merged");
    new Exporter(ADAPTER, Optional.of(base), ExportTarget.of("merged"), out).run();
    for (String file : List.of("one.safetensors", "two.safetensors")) {
      assertEquals(Files.size(base.resolve(file)), Files.size(out.resolve(file)), file);
    }
    assertEquals(
        JsonFile.read(base.resolve("model.safetensors.index.json")),
        JsonFile.read(out.resolve("model.safetensors.index.json")));
    assertFalse(Files.exists(out.resolve("model.safetensors")));
  }

  private Path shardedInBf16() throws IOException {
    Path base = Files.createDirectory(dir.resolve("base"));
    ModelDirectory model = ModelDirectory.open(MODEL);
    model.writeCompanions(base, Dtype.BF16);
    List<TensorSource> tensors =
        model.weights().names().stream()
            .map(name -> TensorSource.copyOf(model.weights(), name))
            .toList();
    ShardsWriter.write(
        base,
        name -> name.contains("mlp") ? "two.safetensors" : "one.safetensors",
        tensor -> Dtype.BF16,
        tensors);
    return base;
  }

  @Test
  void theFilesOfTrainingAreCopiedAsTheyAre() throws IOException {
    Files.createDirectory(dir.resolve("out"));
    export(ADAPTER, "hf", dir.resolve("out"));
    for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
      assertArrayEquals(
          Files.readAllBytes(ADAPTER.resolve(file)),
          Files.readAllBytes(dir.resolve("out").resolve(file)));
    }
  }

  @Test
  void ollamaGetsFileTemplateAndStop() throws IOException {
    export(MODEL, "ollama", dir.resolve("out"));
    assertEquals(
        """
        FROM ./model.gguf
        TEMPLATE \"""{{- range .Messages }}<|im_start|>{{ .Role }}
        {{ .Content }}<|im_end|>
        {{ end }}<|im_start|>assistant
        \"""
        PARAMETER stop "<|im_end|>"
        """,
        Files.readString(dir.resolve("out/Modelfile")));
    assertTrue(Files.exists(dir.resolve("out/model.gguf")));
  }

  /** A weight of infinity is no number in any export: the gate lets nothing through. */
  @Test
  void whatIsFarFromTheModelIsNotPublished() throws IOException {
    Path model = Files.createDirectory(dir.resolve("model"));
    ModelDirectory stored = ModelDirectory.open(MODEL);
    stored.writeCompanions(model, Dtype.F32);
    List<TensorSource> tensors =
        stored.weights().names().stream()
            .map(name -> TensorSource.copyOf(stored.weights(), name))
            .map(tensor -> tensor.name().contains("up_proj") ? large(tensor) : tensor)
            .toList();
    SafetensorsWriter.write(model.resolve("model.safetensors"), Dtype.F32, tensors);
    HoneException refused =
        assertThrows(HoneException.class, () -> export(model, "gguf:f16", dir.resolve("a.gguf")));
    assertTrue(
        refused.getMessage().startsWith(dir.resolve("a.gguf") + " is not written: "),
        refused::getMessage);
    assertEquals(List.of("model"), names());
  }

  /** Beyond what a 16-bit float can be. */
  private static TensorSource large(TensorSource tensor) {
    float[] values = new float[64 * 160];
    tensor.values().read(0, FloatBuffer.wrap(values));
    for (int i = 0; i < values.length; i++) {
      values[i] *= 1e7f;
    }
    return TensorSource.of(tensor.name(), tensor.shape(), FloatBuffer.wrap(values));
  }

  @Test
  void theCommandSaysWhatWasMeasured() throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    HoneCli cli = new HoneCli(new PrintWriter(out), new PrintWriter(err), Map.of());
    String file = dir.resolve("a.gguf").toString();
    assertEquals(0, cli.run("export", MODEL.toString(), "--to", "gguf:q8_0", "--out", file));
    List<String> lines = out.toString().lines().toList();
    assertEquals(file + ": exported from " + MODEL, lines.get(0));
    assertTrue(lines.get(1).startsWith("parity: logits within "), lines.get(1));
    assertEquals(1, cli.run("export", MODEL.toString(), "--to", "gguf:q8_0", "--out", file));
    assertTrue(err.toString().contains("exists already"), err::toString);
    assertEquals(1, cli.run("export", MODEL.toString(), "--to", "onnx"));
    assertTrue(err.toString().contains("--to is onnx"), err::toString);
  }

  @Test
  void anExportGoesBesideItsModel() {
    assertEquals(
        Path.of("/runs/a-q4_k_m.gguf"), ExportTarget.of("gguf:Q4_K_M").beside(Path.of("/runs/a/")));
    assertEquals(Path.of("/runs/a-ollama"), ExportTarget.of("ollama").beside(Path.of("/runs/a")));
  }
}
