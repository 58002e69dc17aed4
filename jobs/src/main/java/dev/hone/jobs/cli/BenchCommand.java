package dev.hone.jobs.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.BaseWeights;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.gguf.GgufModel;
import dev.hone.jobs.TemporaryFolder;
import dev.hone.training.bench.BenchResult;
import dev.hone.training.bench.StepBench;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.trainer.Bf16Setting;
import dev.hone.training.trainer.MachineKernels;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hone bench --model DIR --adapter lora}: how fast this machine trains. Starts no Spark. */
@Command(
    name = "bench",
    description = "Times training steps on random tokens and says how much memory they took.",
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
  /** What is trained. */
  enum Adapter {
    none,
    lora,
    qlora
  }

  /** What operands of products are stored in. */
  enum Precision {
    f32,
    bf16
  }

  /** How a result is printed. */
  enum Format {
    text,
    json
  }

  @Option(
      names = "--model",
      paramLabel = "DIR|GGUF",
      required = true,
      description = "A Hugging Face model directory; with --adapter qlora also a .gguf file.")
  Path model;

  @Option(
      names = "--adapter",
      paramLabel = "none|lora|qlora",
      defaultValue = "none",
      description =
          "lora: an adapter on every linear layer; qlora: the same on quantized weights; none: all"
              + " weights.")
  Adapter adapter;

  @Option(
      names = "--lora-r",
      paramLabel = "R",
      defaultValue = "16",
      description = "Rank of the adapter (default: ${DEFAULT-VALUE}).")
  int rank;

  @Option(
      names = "--double-quant",
      description = "qlora on a directory: quantize the scales of NF4 as well.")
  boolean doubleQuant;

  @Option(
      names = "--precision",
      paramLabel = "f32|bf16",
      defaultValue = "f32",
      description = "Type that the operands of products are stored in (default: ${DEFAULT-VALUE}).")
  Precision precision;

  @Option(
      names = "--seq",
      paramLabel = "N",
      defaultValue = "512",
      description = "Tokens of a row (default: ${DEFAULT-VALUE}).")
  int sequenceLength;

  @Option(
      names = "--micro-batch",
      paramLabel = "N",
      defaultValue = "2",
      description = "Rows of a step (default: ${DEFAULT-VALUE}).")
  int microBatchSize;

  @Option(
      names = "--gradient-checkpointing",
      paramLabel = "N",
      defaultValue = "0",
      description = "Blocks that are computed again together (default: ${DEFAULT-VALUE}, none).")
  int checkpointing;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "8",
      description = "Steps that are timed, after three that are not (default: ${DEFAULT-VALUE}).")
  int steps;

  @Option(
      names = "--format",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  Format format;

  @Spec CommandSpec spec;

  /** Quantized weights are the frozen base of an adapter, never trained. */
  private void requireQlora() {
    boolean gguf = GgufModel.isGguf(model.toString());
    if (adapter != Adapter.qlora && (gguf || doubleQuant)) {
      throw new HoneException(
          "%s goes with --adapter qlora, not with --adapter %s; %s"
              .formatted(
                  gguf ? "--model " + model : "--double-quant",
                  adapter,
                  gguf
                      ? "make a directory of the file with hone import, or use qlora"
                      : "remove it, or use qlora"));
    }
  }

  @Override
  public Integer call() {
    requireQlora();
    Optional<LoraSpec> lora =
        adapter != Adapter.none
            ? Optional.of(new LoraSpec(rank, 2.0 * rank, 0, List.of(), Optional.empty()))
            : Optional.empty();
    try (TemporaryFolder files = TemporaryFolder.create("hone-bench")) {
      ModelDirectory base =
          adapter == Adapter.qlora
              ? (doubleQuant ? BaseWeights.NF4_DOUBLE : BaseWeights.NF4).open(model, files.path())
              : ModelDirectory.open(model);
      print(new StepBench(base, lora, sequenceLength, microBatchSize, steps, checkpointing));
    }
    return 0;
  }

  private void print(StepBench bench) {
    BenchResult result =
        bench.run(
            MachineKernels.open(
                Runtime.getRuntime().availableProcessors(),
                precision == Precision.bf16 ? Bf16Setting.TRUE : Bf16Setting.FALSE));
    PrintWriter out = spec.commandLine().getOut();
    out.println(format == Format.json ? json(result) : text(result));
  }

  private static String text(BenchResult result) {
    return String.format(
        Locale.ROOT,
        "%.0f tokens/s, %.3f s a step, peak memory %.2f GB, base weights %.3f GB, %.0f GFLOP/s of the %.0f of a product (%.0f %%)",
        result.tokensPerSecond(),
        result.stepSeconds(),
        result.peakRssBytes() / 1e9,
        result.baseWeightBytes() / 1e9,
        result.gflops(),
        result.gemmGflops(),
        100 * result.gemmShare());
  }

  private String json(BenchResult result) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("model", model.toString());
    line.put("adapter", adapter.name());
    line.put("precision", precision.name());
    line.put("seq", sequenceLength);
    line.put("micro_batch", microBatchSize);
    line.put("gradient_checkpointing", checkpointing);
    line.put("tokens_per_second", result.tokensPerSecond());
    line.put("step_seconds", result.stepSeconds());
    line.put("peak_rss_bytes", result.peakRssBytes());
    line.put("base_weight_bytes", result.baseWeightBytes());
    line.put("gflops", result.gflops());
    line.put("gemm_gflops", result.gemmGflops());
    line.put("gemm_share", result.gemmShare());
    line.put("loss", result.loss());
    return line.toString();
  }
}
