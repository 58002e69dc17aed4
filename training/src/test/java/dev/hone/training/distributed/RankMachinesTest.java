package dev.hone.training.distributed;

import static dev.hone.training.kernels.cpu.InstructionSet.AVX2;
import static dev.hone.training.kernels.cpu.InstructionSet.AVX2_VNNI_2;
import static dev.hone.training.kernels.cpu.InstructionSet.AVX512_CORE_AMX;
import static dev.hone.training.kernels.cpu.InstructionSet.AVX512_CORE_BF16;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.training.collective.ThreadTeam;
import dev.hone.training.kernels.cpu.InstructionSet;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RankMachinesTest {
  private static RankMachine machine(String host, InstructionSet able) {
    return new RankMachine(host, "1", "Acme 17.0.9+9", able, able, 512, 4);
  }

  private static List<RankMachines> agree(
      UnaryOperator<InstructionSet> limit, InstructionSet... able) throws Exception {
    return ThreadTeam.run(
        able.length,
        ranks -> RankMachines.agree(ranks, machine("h" + ranks.rank(), able[ranks.rank()]), limit));
  }

  @Test
  void allComputeWithWhatTheLeastOfThemHas() throws Exception {
    for (RankMachines told :
        agree(common -> common, AVX512_CORE_AMX, AVX512_CORE_BF16, AVX2_VNNI_2)) {
      assertEquals(List.of(AVX2, AVX2, AVX2), told.all().stream().map(RankMachine::used).toList());
      assertEquals(List.of("h0", "h1", "h2"), told.all().stream().map(RankMachine::host).toList());
      assertFalse(told.gainByBf16());
      assertEquals(
          List.of(
              "ranks have CPUs with different instruction sets (AVX512_CORE_AMX: rank 0; AVX512_CORE_BF16: rank 1; AVX2_VNNI_2: rank 2), so all multiply with AVX2; hosts of one kind would be faster"),
          told.differences());
    }
  }

  @Test
  void whoCannotBeLimitedAnyMoreIsNamed() throws Exception {
    RankMachines told = agree(common -> AVX512_CORE_BF16, AVX512_CORE_BF16, AVX512_CORE_AMX).get(0);
    assertEquals(1, told.differences().size(), "all use the same");
    assertTrue(told.gainByBf16());
    RankMachines mixed =
        new RankMachines(
            List.of(
                machine("a", AVX512_CORE_BF16),
                machine("b", AVX2),
                machine("c", AVX512_CORE_BF16)));
    assertEquals(
        List.of(
            "ranks multiply with different instruction sets (AVX512_CORE_BF16: ranks 0, 2; AVX2: rank 1), so that the same run on other hosts may differ in its last digits: oneDNN was in use before they could agree; set --conf spark.executorEnv.ONEDNN_MAX_CPU_ISA=AVX2"),
        mixed.differences());
    assertFalse(mixed.gainByBf16());
  }

  @Test
  void whatElseIsNotAlikeIsSaid() {
    RankMachine one = machine("a", AVX2);
    RankMachine other = new RankMachine("b", "2", "Acme 21.0.1+12", AVX2, AVX2, 256, 2);
    RankMachine update = new RankMachine("c", "3", "Acme Inc 17.0.12+7", AVX2, AVX2, 512, 4);
    assertEquals(List.of(), new RankMachines(List.of(one, update)).differences());
    List<String> lines = new RankMachines(List.of(one, other)).differences();
    assertEquals(3, lines.size());
    assertTrue(lines.get(0).contains("(512: rank 0; 256: rank 1)"), lines.get(0));
    assertTrue(lines.get(0).endsWith("-XX:MaxVectorSize=32"), lines.get(0));
    assertTrue(lines.get(1).contains("Java (17: rank 0; 21: rank 1)"), lines.get(1));
    assertTrue(lines.get(2).contains("(4: rank 0; 2: rank 1)"), lines.get(2));
  }
}
