package dev.hone.jobs.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.jobs.Plan;
import dev.hone.jobs.Sizes;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.training.kernels.MemoryUse;
import dev.hone.training.plan.TrainingSetup;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hone plan CONFIG}: memory and arithmetic of training, before it. Starts no Spark. */
@Command(
    name = "plan",
    description = "Says how much memory training will take, and for what; loads nothing.",
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  /** How a plan is printed. */
  enum Format {
    text,
    json
  }

  @Mixin ConfigOptions options;

  @Option(
      names = "--format",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "How to print the plan (default: ${DEFAULT-VALUE}).")
  Format format;

  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    HoneConfig config = options.read(root.environment, err);
    Plan plan = Plan.of(config);
    if (format == Format.json) {
      out.println(json(plan));
    } else {
      text(plan).forEach(out::println);
    }
    plan.warning().ifPresent(ConfigOptions.notices(err));
    return 0;
  }

  private static List<String> text(Plan plan) {
    TrainingSetup setup = plan.setup();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "model    %s: %s of %d layers, %,d weights",
            setup.model().name(),
            setup.model().config().modelType(),
            setup.model().config().numHiddenLayers(),
            plan.memory().weights()));
    lines.add(
        String.format(
            Locale.ROOT,
            "trained  %s: %,d weights by %s",
            setup
                .adapter()
                .map(spec -> "an adapter of rank " + spec.settings().ranks().r())
                .orElse("everything"),
            plan.memory().trainedWeights(),
            setup.optimizer().names().get(0)));
    lines.add(
        String.format(
            Locale.ROOT,
            "a pass   %d x %d tokens in %s, gradient checkpointing %s",
            setup.microBatchSize(),
            setup.sequenceLength(),
            setup.precision().name().toLowerCase(Locale.ROOT),
            setup.checkpointing() == 0 ? "off" : "of " + setup.checkpointing()));
    lines.add("");
    plan.memory().bytes().forEach((use, bytes) -> lines.add(line(use.label(), bytes)));
    lines.add(line(memoryOf(setup.ranks().size()), plan.memory().total()));
    lines.add("");
    lines.add(
        "%s a token, %s a step of %d tokens"
            .formatted(
                Sizes.of(plan.flopsPerToken(), "FLOP"),
                Sizes.of(plan.flopsPerStep(), "FLOP"),
                plan.tokensPerStep()));
    return lines;
  }

  private static String memoryOf(int ranks) {
    return ranks == 1
        ? "native memory of the rank"
        : "native memory of each of " + ranks + " ranks";
  }

  private static String line(String label, long bytes) {
    return String.format(Locale.ROOT, "%-42s %,18d  %9s", label, bytes, Sizes.bytes(bytes));
  }

  private static String json(Plan plan) {
    TrainingSetup setup = plan.setup();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", setup.model().name());
    json.put("model_type", setup.model().config().modelType());
    json.put("weights", plan.memory().weights());
    json.put("trained_weights", plan.memory().trainedWeights());
    String adapter = setup.model().weights().isQuantized() ? "qlora" : "lora";
    json.put("adapter", setup.adapter().isPresent() ? adapter : "none");
    setup.adapter().ifPresent(spec -> json.put("lora_r", spec.settings().ranks().r()));
    json.put("optimizer", setup.optimizer().names().get(0));
    json.put("precision", setup.precision().name().toLowerCase(Locale.ROOT));
    json.put("sequence_len", setup.sequenceLength());
    json.put("micro_batch_size", setup.microBatchSize());
    json.put("gradient_accumulation_steps", plan.accumulation());
    json.put("workers", setup.ranks().size());
    json.put("gradient_checkpointing", setup.checkpointing());
    ObjectNode bytes = json.putObject("bytes");
    for (MemoryUse use : MemoryUse.values()) {
      bytes.put(use.name().toLowerCase(Locale.ROOT), plan.memory().bytes().getOrDefault(use, 0L));
    }
    json.put("total_bytes", plan.memory().total());
    json.put("limit_bytes", plan.limit().bytes());
    json.put("flops_per_token", plan.flopsPerToken());
    json.put("flops_per_step", plan.flopsPerStep());
    plan.warning().ifPresent(warning -> json.put("warning", warning));
    return json.toString();
  }
}
