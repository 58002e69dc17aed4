package dev.hone.jobs.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.BaseWeights;
import dev.hone.formats.model.KnownShapes;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.gguf.GgufModel;
import dev.hone.jobs.TemporaryFolder;
import dev.hone.training.bench.DecodeBench;
import dev.hone.training.bench.RandomWeights;
import dev.hone.training.bench.StepBench;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.plan.MemoryPlan;
import dev.hone.training.plan.TrainingSetup;
import dev.hone.training.trainer.Bf16Setting;
import dev.hone.training.trainer.MachineKernels;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code hone bench --model DIR --adapter lora}: how fast this machine trains; {@code --shape
 * llama-3.1-8b} does so with a model that one does not have. Starts no Spark.
 */
@Command(
    name = "bench",
    description =
        "Times training steps, or decoding, on random tokens, and says how much memory steps took.",
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
  private static final long SEED = 1;

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
      description = "A Hugging Face model directory; with --adapter qlora also a .gguf file.")
  Path model;

  @Option(
      names = "--shape",
      paramLabel = "NAME",
      description = "Instead of --model: the shape of a published model, with random weights.")
  String shape;

  @Option(
      names = "--random-weights",
      description = "With --model: reads its config.json alone. With --shape it is always so.")
  boolean randomWeights;

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
      names = "--optimizer",
      paramLabel = "NAME",
      defaultValue = "adamw_torch",
      description =
          "A value of the key optimizer: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      completionCandidates = OptimizerNames.class)
  String optimizer;

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
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "3",
      description = "Steps before those that are timed (default: ${DEFAULT-VALUE}).")
  int warmUp;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "8",
      description = "Steps that are timed (default: ${DEFAULT-VALUE}).")
  int steps;

  @Option(
      names = "--generate",
      paramLabel = "N",
      defaultValue = "0",
      description = "Time decoding instead of training: so many new tokens for each stream.")
  int generate;

  @Option(
      names = "--streams",
      paramLabel = "N",
      defaultValue = "1",
      description = "Prompts that are continued together (default: ${DEFAULT-VALUE}).")
  int streams;

  @Option(
      names = "--profile",
      description = "Also print where the time of a step goes, operation by operation.")
  boolean profile;

  @Option(
      names = "--format",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  Format format;

  /** What may be given for the optimizer. */
  static final class OptimizerNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return OptimizerKind.allNames().iterator();
    }
  }

  @Spec CommandSpec spec;

  /** Quantized weights are the frozen base of an adapter, never trained. */
  private void requireQlora() {
    boolean gguf = model != null && GgufModel.isGguf(model.toString());
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
    Bf16Setting bf16 = precision == Precision.bf16 ? Bf16Setting.TRUE : Bf16Setting.FALSE;
    try (TemporaryFolder files = TemporaryFolder.create("hone-bench")) {
      ModelDirectory base = base(files.path());
      spec.commandLine()
          .getOut()
          .println(generate != 0 ? decode(base, lora, bf16) : train(base, lora, bf16));
    }
    return 0;
  }

  private String decode(ModelDirectory base, Optional<LoraSpec> lora, Bf16Setting bf16) {
    double rate = new DecodeBench(base, lora, streams, generate).run(kernels(bf16));
    if (format == Format.text) {
      return String.format(Locale.ROOT, "%.1f new tokens/s in %d streams together", rate, streams);
    }
    ObjectNode line = setting();
    line.put("streams", streams);
    line.put("new_tokens", generate);
    line.put("tokens_per_second", rate);
    return line.toString();
  }

  private String train(ModelDirectory base, Optional<LoraSpec> lora, Bf16Setting bf16) {
    TrainingSetup setup =
        new TrainingSetup(
            base,
            lora,
            OptimizerKind.named(optimizer),
            MachineKernels.precision(bf16),
            sequenceLength,
            microBatchSize,
            checkpointing);
    StepBench bench = new StepBench(setup, warmUp, steps);
    long bytes = MemoryPlan.of(setup).total();
    BenchReport report = new BenchReport(bench.run(kernels(bf16)), bytes, profile);
    if (format == Format.text) {
      return report.text();
    }
    ObjectNode line = setting();
    line.put("optimizer", optimizer);
    line.put("seq", sequenceLength);
    line.put("micro_batch", microBatchSize);
    line.put("gradient_checkpointing", checkpointing);
    return report.json(line);
  }

  private static Kernels kernels(Bf16Setting bf16) {
    return MachineKernels.open(Runtime.getRuntime().availableProcessors(), bf16);
  }

  /**
   * What is trained: a model, or the shape of one.
   *
   * @param files where a GGUF file's tokenizer goes
   */
  private ModelDirectory base(Path files) {
    if ((model == null) == (shape == null)) {
      throw new ParameterException(
          spec.commandLine(), "give either --model, a directory, or --shape, a name");
    }
    BaseWeights held =
        adapter != Adapter.qlora
            ? BaseWeights.AS_STORED
            : doubleQuant ? BaseWeights.NF4_DOUBLE : BaseWeights.NF4;
    if (model != null && !randomWeights) {
      return adapter == Adapter.qlora ? held.open(model, files) : ModelDirectory.open(model);
    }
    ModelDirectory outline =
        model == null ? KnownShapes.named(shape) : ModelDirectory.outline(model);
    return held.of(outline.withWeights(new RandomWeights(outline.weights(), SEED)));
  }

  private ObjectNode setting() {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    if (model == null) {
      line.put("shape", shape);
    } else {
      line.put("model", model.toString());
    }
    line.put("adapter", adapter.name());
    line.put("precision", precision.name());
    return line;
  }
}
