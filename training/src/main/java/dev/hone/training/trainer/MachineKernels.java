package dev.hone.training.trainer;

import dev.hone.formats.HoneException;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.kernels.cpu.InstructionSet;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** Chooses the kernels that suit the ND4J backend on the class path, and the CPU. */
public final class MachineKernels {
  private MachineKernels() {}

  /** Kernels in f32; see {@link #open(int, Bf16Setting)}. */
  public static Kernels open(int threads) {
    return open(threads, Bf16Setting.FALSE);
  }

  /**
   * Kernels for one rank.
   *
   * @param threads cores they may use, where they compute on the CPU
   * @throws HoneException if bf16 is asked for and cannot be had
   */
  public static Kernels open(int threads, Bf16Setting bf16) {
    Precision precision = precision(bf16);
    return computesOnCpu()
        ? new CpuKernels(threads, precision)
        : new ReferenceKernels(DataType.FLOAT);
  }

  /**
   * What a setting means on this machine.
   *
   * @throws HoneException if bf16 is asked for and cannot be had
   */
  public static Precision precision(Bf16Setting bf16) {
    boolean cpu = computesOnCpu();
    InstructionSet set = cpu ? InstructionSet.used() : InstructionSet.UNKNOWN;
    boolean able = cpu && set.multipliesBf16();
    if (bf16 == Bf16Setting.TRUE && !able) {
      throw new HoneException(
          "bf16: true needs a CPU that multiplies bf16 (AVX512_BF16 or AMX), and %s; set bf16: auto or false"
              .formatted(cpu ? "this one does not" : "this backend computes in f32"));
    }
    boolean wanted = bf16 == Bf16Setting.TRUE || bf16 == Bf16Setting.AUTO && set.gainsByBf16();
    return able && wanted ? Precision.BF16 : Precision.F32;
  }

  private static boolean computesOnCpu() {
    return Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU;
  }
}
