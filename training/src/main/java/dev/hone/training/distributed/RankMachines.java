package dev.hone.training.distributed;

import dev.hone.training.collective.Exchange;
import dev.hone.training.kernels.cpu.InstructionSet;
import dev.hone.training.trainer.Bf16Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Ranks agree before they compute: each tells where it runs and what its CPU has, and all compute
 * their products with what the least of them has. So the same run gives the same numbers however
 * its ranks are dealt to machines of several kinds.
 *
 * @param all by rank
 */
record RankMachines(List<RankMachine> all) {

  /**
   * Agrees; called on all ranks before the first product of their processes.
   *
   * @param bf16 if it must be had, nothing that has it is given up for a rank without, who says so
   */
  static RankMachines agree(RankContext context, Bf16Setting bf16) {
    RankMachine mine = RankMachine.here(context.place());
    return agree(
        context.ranks(),
        mine,
        common -> {
          boolean useless = bf16 == Bf16Setting.TRUE && !common.multipliesBf16();
          if (common != mine.able() && common != InstructionSet.UNKNOWN && !useless) {
            InstructionSet.limit(common);
          }
          return InstructionSet.used();
        });
  }

  /**
   * Agrees.
   *
   * @param limit makes this process use no more than what all have, and says what it uses then
   */
  static RankMachines agree(Exchange ranks, RankMachine mine, UnaryOperator<InstructionSet> limit) {
    InstructionSet common =
        told(ranks, mine).stream()
            .map(RankMachine::able)
            .reduce(InstructionSet::inCommonWith)
            .orElseThrow();
    return new RankMachines(told(ranks, mine.using(limit.apply(common))));
  }

  private static List<RankMachine> told(Exchange ranks, RankMachine mine) {
    return Arrays.stream(ranks.gather(Wire.bytes(mine)))
        .map(bytes -> Wire.object(bytes, RankMachine.class))
        .toList();
  }

  /** Whether products of bf16 are fast on all of them. */
  boolean gainByBf16() {
    return all.stream().allMatch(machine -> machine.used().gainsByBf16());
  }

  /** What the user should know of ranks that are not alike, a line each; none if they are. */
  List<String> differences() {
    List<String> lines = new ArrayList<>();
    InstructionSet least =
        all.stream().map(RankMachine::able).reduce(InstructionSet::inCommonWith).orElseThrow();
    Optional<String> used = unlike(RankMachine::used);
    if (used.isPresent()) {
      lines.add(
          "ranks multiply with different instruction sets (%s), so that the same run on other hosts may differ in its last digits: oneDNN was in use before they could agree; set --conf spark.executorEnv.ONEDNN_MAX_CPU_ISA=%s"
              .formatted(used.get(), least));
    } else {
      unlike(RankMachine::able)
          .ifPresent(
              able ->
                  lines.add(
                      "ranks have CPUs with different instruction sets (%s), so all multiply with %s; hosts of one kind would be faster"
                          .formatted(able, least)));
    }
    unlike(RankMachine::vectorBits)
        .ifPresent(
            widths ->
                lines.add(
                    "ranks add with vectors of different width in bits (%s), so that the same run on other hosts may differ in its last digits; set --conf spark.executor.extraJavaOptions=-XX:MaxVectorSize=%d"
                        .formatted(
                            widths,
                            all.stream().mapToInt(RankMachine::vectorBits).min().orElseThrow()
                                / Byte.SIZE)));
    unlike(RankMachine::javaFeature)
        .ifPresent(
            versions ->
                lines.add(
                    "ranks run on different versions of Java (%s), of which no run has been compared; install one on all hosts"
                        .formatted(versions)));
    unlike(RankMachine::threads)
        .ifPresent(
            threads ->
                lines.add(
                    "ranks have different numbers of threads (%s), and all wait for the slowest; give all executors the same spark.task.cpus"
                        .formatted(threads)));
    return lines;
  }

  /**
   * Which ranks have what: {@code AVX2: ranks 0, 2; AVX512_CORE: rank 1}; empty if all the same.
   */
  private Optional<String> unlike(Function<RankMachine, Object> what) {
    Map<Object, List<Integer>> having =
        IntStream.range(0, all.size())
            .boxed()
            .collect(
                Collectors.groupingBy(
                    rank -> what.apply(all.get(rank)), LinkedHashMap::new, Collectors.toList()));
    return having.size() == 1
        ? Optional.empty()
        : Optional.of(
            having.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + ranks(entry.getValue()))
                .collect(Collectors.joining("; ")));
  }

  private static String ranks(List<Integer> numbers) {
    String shown = numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return (numbers.size() == 1 ? "rank " : "ranks ") + shown;
  }
}
