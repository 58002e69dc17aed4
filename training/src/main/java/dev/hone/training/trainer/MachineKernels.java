package dev.hone.training.trainer;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** Chooses the kernels that suit the ND4J backend on the class path. */
public final class MachineKernels {
  private MachineKernels() {}

  /**
   * Kernels in float.
   *
   * @param threads cores they may use, where they compute on the CPU
   */
  public static Kernels open(int threads) {
    OpExecutioner.ExecutionerType backend = Nd4j.getExecutioner().type();
    return backend == OpExecutioner.ExecutionerType.NATIVE_CPU
        ? new CpuKernels(threads)
        : new ReferenceKernels(DataType.FLOAT);
  }
}
