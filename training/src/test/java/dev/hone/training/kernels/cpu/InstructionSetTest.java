package dev.hone.training.kernels.cpu;

import static dev.hone.training.kernels.cpu.InstructionSet.AVX2;
import static dev.hone.training.kernels.cpu.InstructionSet.AVX2_VNNI;
import static dev.hone.training.kernels.cpu.InstructionSet.AVX2_VNNI_2;
import static dev.hone.training.kernels.cpu.InstructionSet.AVX512_CORE;
import static dev.hone.training.kernels.cpu.InstructionSet.AVX512_CORE_AMX;
import static dev.hone.training.kernels.cpu.InstructionSet.AVX512_CORE_BF16;
import static dev.hone.training.kernels.cpu.InstructionSet.AVX512_CORE_FP16;
import static dev.hone.training.kernels.cpu.InstructionSet.SSE41;
import static dev.hone.training.kernels.cpu.InstructionSet.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class InstructionSetTest {

  private static InstructionSet of(String flags) {
    return InstructionSet.of(Set.of(flags.split(" ")));
  }

  @Test
  void flagsOfACpuSayWhichOneItHas() {
    String zen2 = "fpu sse4_1 avx fma avx2 bmi2";
    String cascadeLake = zen2 + " avx512f avx512bw avx512vl avx512dq avx512cd avx512_vnni";
    String cooperLake = cascadeLake + " avx512_bf16";
    String rapids = cooperLake + " avx_vnni avx512_fp16";
    assertEquals(UNKNOWN, of("fp asimd"));
    assertEquals(SSE41, of("fpu sse4_1"));
    assertEquals(AVX2, of(zen2));
    assertEquals(AVX2_VNNI, of(zen2 + " avx_vnni"));
    assertEquals(AVX512_CORE, of(zen2 + " avx512f avx512bw avx512vl avx512dq"));
    assertEquals(AVX512_CORE_BF16, of(cooperLake));
    assertEquals(AVX512_CORE_FP16, of(rapids));
    assertEquals(AVX512_CORE_AMX, of(rapids + " amx_tile amx_int8 amx_bf16"));
  }

  @Test
  void whatTwoHaveInCommonIsOneOfThem() {
    assertEquals(AVX2, AVX2_VNNI_2.inCommonWith(AVX512_CORE_BF16));
    assertEquals(AVX2_VNNI, AVX2_VNNI_2.inCommonWith(AVX512_CORE_FP16));
    assertEquals(AVX512_CORE_BF16, AVX512_CORE_AMX.inCommonWith(AVX512_CORE_BF16));
    assertEquals(UNKNOWN, UNKNOWN.inCommonWith(AVX2));
    assertTrue(AVX512_CORE_FP16.multipliesBf16());
    assertFalse(AVX512_CORE.multipliesBf16());
  }

  /** Zen 4 and 5 have bf16 and no FP16; a virtual machine may have both and no AMX. */
  @Test
  void bf16IsNotFasterWhereverItIs() {
    assertTrue(AVX512_CORE_AMX.gainsByBf16());
    assertTrue(AVX512_CORE_BF16.gainsByBf16());
    assertFalse(AVX512_CORE_FP16.gainsByBf16());
    assertFalse(AVX512_CORE.gainsByBf16());
  }

  /** It can be done once in a process, so each of these is one. */
  @Test
  void aProcessThatHasNotComputedCanBeLimited() throws Exception {
    assertEquals("SSE41", child(List.of("limit")));
    assertEquals(child(List.of()), child(List.of("used", "limit")), "too late");
  }

  private static String child(List<String> arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said.strip();
  }

  /** Does what its arguments say, and prints what oneDNN uses then. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      for (String what : arguments) {
        if (what.equals("limit")) {
          InstructionSet.limit(SSE41);
        } else {
          InstructionSet.used();
        }
      }
      System.out.println(InstructionSet.used());
    }
  }
}
