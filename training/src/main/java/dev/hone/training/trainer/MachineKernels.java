package dev.hone.training.trainer;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** Chooses the kernels that suit the ND4J backend on the class path. */
public final class MachineKernels {
  private MachineKernels() {}

  /** Kernels in f32; see {@link #open(int, Precision)}. */
  public static Kernels open(int threads) {
    return open(threads, Precision.F32);
  }

  /**
   * Kernels of a precision; those of other backends than the CPU know f32 alone.
   *
   * @param threads cores they may use, where they compute on the CPU
   */
  public static Kernels open(int threads, Precision precision) {
    OpExecutioner.ExecutionerType backend = Nd4j.getExecutioner().type();
    return backend == OpExecutioner.ExecutionerType.NATIVE_CPU
        ? new CpuKernels(threads, precision)
        : new ReferenceKernels(DataType.FLOAT);
  }
}
