package dev.hone.training.kernels.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Instruction sets that oneDNN tells apart, each with what it has of those before it. Products are
 * computed in another order with each, so that ranks whose numbers shall be alike need one that all
 * have. The names are those of {@code ONEDNN_MAX_CPU_ISA}.
 *
 * <p>Example: what {@link #AVX2_VNNI_2} and {@link #AVX512_CORE_BF16} have in common is {@link
 * #AVX2}; the first has no vectors of 512 bits, the second no VNNI for those of 256.
 */
public enum InstructionSet {
  /** Another CPU, or a system that does not say what it has. */
  UNKNOWN(0, ""),
  SSE41(0x1, "sse4_1"),
  AVX(0x3, "sse4_1 avx"),
  AVX2(0x7, "sse4_1 avx avx2"),
  AVX2_VNNI(0xf, "avx2 avx_vnni"),
  AVX2_VNNI_2(0x1f, "avx2 avx_vnni avx_vnni_int8 avx_ne_convert"),
  AVX512_CORE(0x27, "avx2 avx512f avx512bw avx512vl avx512dq"),
  AVX512_CORE_VNNI(0x67, "avx2 avx512f avx512bw avx512vl avx512dq avx512_vnni"),
  AVX512_CORE_BF16(0xe7, "avx2 avx512f avx512bw avx512vl avx512dq avx512_vnni avx512_bf16"),
  AVX512_CORE_FP16(
      0x1ef,
      "avx2 avx512f avx512bw avx512vl avx512dq avx512_vnni avx512_bf16 avx512_fp16 avx_vnni"),
  AVX512_CORE_AMX(
      0xfef,
      "avx2 avx512f avx512bw avx512vl avx512dq avx512_vnni avx512_bf16 avx512_fp16 avx_vnni amx_tile amx_int8 amx_bf16"),
  AVX512_CORE_AMX_FP16(
      0x1fef,
      "avx2 avx512f avx512bw avx512vl avx512dq avx512_vnni avx512_bf16 avx512_fp16 avx_vnni amx_tile amx_int8 amx_bf16 amx_fp16");

  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final String LIMIT = "ONEDNN_MAX_CPU_ISA";

  private final int mask;
  private final String flags;

  /**
   * @param mask oneDNN's number, a bit for each part
   * @param flags of the CPUs that have it, as Linux names them
   */
  InstructionSet(int mask, String flags) {
    this.mask = mask;
    this.flags = flags;
  }

  /**
   * What this machine's CPU has, within the limit that the environment sets. oneDNN itself cannot
   * be asked before it may be told to use less.
   */
  public static InstructionSet ofThisMachine() {
    try (Stream<String> lines = Files.lines(CPU)) {
      Set<String> found =
          lines
              .filter(line -> line.startsWith("flags"))
              .findFirst()
              .map(line -> Set.copyOf(List.of(line.replaceAll(".*:", "").trim().split("\\s+", -1))))
              .orElse(Set.of());
      InstructionSet able = of(found);
      return Arrays.stream(values())
          .filter(one -> one.name().equalsIgnoreCase(System.getenv(LIMIT)))
          .findFirst()
          .map(able::inCommonWith)
          .orElse(able);
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  /** The last one whose parts are all among what Linux calls the flags of a CPU. */
  static InstructionSet of(Set<String> flags) {
    return last(one -> flags.containsAll(List.of(one.flags.split(" ", -1))));
  }

  /** The last one that is part of both. */
  public InstructionSet inCommonWith(InstructionSet other) {
    int common = mask & other.mask;
    return last(one -> (common & one.mask) == one.mask);
  }

  private static InstructionSet last(Predicate<InstructionSet> fits) {
    return Arrays.stream(values()).filter(fits).reduce(UNKNOWN, (before, next) -> next);
  }

  /** Whether it can multiply bf16. */
  public boolean multipliesBf16() {
    return has(AVX512_CORE_BF16);
  }

  /**
   * Whether products of bf16 are faster than those of f32: with AMX, and on AMD's CPUs, whose
   * vectors of bf16 are multiplied at twice the rate. Intel's are not: one that has FP16 and hides
   * its AMX, as virtual machines do, made 147 to 167 GFLOP/s in bf16 and 247 in f32.
   */
  public boolean gainsByBf16() {
    return has(AVX512_CORE_AMX) || has(AVX512_CORE_BF16) && !has(AVX512_CORE_FP16);
  }

  /**
   * Whether three products of bf16 take no longer than one of f32, so that a matrix may stay in
   * bf16 and in half of the memory ({@link PartProducts}): with AMX.
   */
  boolean multipliesParts() {
    return has(AVX512_CORE_AMX);
  }

  private boolean has(InstructionSet part) {
    return (mask & part.mask) == part.mask;
  }

  /**
   * Lets oneDNN use no more than that from now on, in this process. Once it has computed anything,
   * or was asked what it uses, it is too late, and nothing changes.
   */
  public static void limit(InstructionSet most) {
    dnnl.dnnl_set_max_cpu_isa(most.mask);
  }

  /** What oneDNN uses in this process; from now on it can be limited no more. */
  public static InstructionSet used() {
    int effective = dnnl.dnnl_get_effective_cpu_isa();
    return last(one -> (effective & one.mask) == one.mask);
  }

  /**
   * Width of the vectors that our own kernels compute with, which fixes the order of their sums.
   */
  public static int vectorBits() {
    return Lanes.SPECIES.vectorBitSize();
  }
}
