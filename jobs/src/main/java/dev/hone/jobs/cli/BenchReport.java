package dev.hone.jobs.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.training.bench.BenchResult;
import dev.hone.training.bench.KernelTime;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the result of timed training steps is printed.
 *
 * @param plannedBytes what {@code hone plan} says of the same
 * @param profile whether with the time of each operation
 */
record BenchReport(BenchResult result, long plannedBytes, boolean profile) {

  String text() {
    String summary =
        String.format(
            Locale.ROOT,
            "%.0f tokens/s, %.3f s a step, peak memory %.2f GB, base weights %.3f GB, optimizer state %.3f GB, %.0f GFLOP/s of the %.0f of a product (%.0f %%)",
            result.tokensPerSecond(),
            result.stepSeconds(),
            result.peakRssBytes() / 1e9,
            result.baseWeightBytes() / 1e9,
            result.optimizerStateBytes() / 1e9,
            result.gflops(),
            result.gemmGflops(),
            100 * result.gemmShare());
    return profile ? summary + System.lineSeparator() + table() : summary;
  }

  /** What is not in an operation of the kernels is the last line. */
  private String table() {
    double inKernels = result.kernels().stream().mapToDouble(KernelTime::seconds).sum();
    return Stream.concat(
            result.kernels().stream(),
            Stream.of(new KernelTime("between them", 0, result.stepSeconds() - inKernels)))
        .map(
            kernel ->
                String.format(
                    Locale.ROOT,
                    "%7.3f s  %5.1f %%  %5.0f x  %s",
                    kernel.seconds(),
                    100 * kernel.seconds() / result.stepSeconds(),
                    kernel.calls(),
                    kernel.name()))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /**
   * One line.
   *
   * @param setting what was timed
   */
  String json(ObjectNode setting) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.setAll(setting);
    line.put("tokens_per_second", result.tokensPerSecond());
    line.put("step_seconds", result.stepSeconds());
    line.put("peak_rss_bytes", result.peakRssBytes());
    line.put("planned_bytes", plannedBytes);
    line.put("base_weight_bytes", result.baseWeightBytes());
    line.put("optimizer_state_bytes", result.optimizerStateBytes());
    line.put("gflops", result.gflops());
    line.put("gemm_gflops", result.gemmGflops());
    line.put("gemm_share", result.gemmShare());
    line.put("loss", result.loss());
    if (profile) {
      ObjectNode seconds = line.putObject("kernel_seconds");
      result.kernels().forEach(kernel -> seconds.put(kernel.name(), kernel.seconds()));
    }
    return line.toString();
  }
}
