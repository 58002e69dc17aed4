package dev.hone.training.trainer;

import dev.hone.formats.HoneException;
import org.nd4j.linalg.factory.Nd4j;

/** The devices that ND4J computes on. */
public final class MachineDevices {
  private static final String CUDA = "org/nd4j/linalg/jcublas/JCublasBackend.class";

  private MachineDevices() {}

  /** Whether ND4J's backend for CUDA is on the class path; it is not started. */
  public static boolean areOfCuda() {
    return MachineDevices.class.getClassLoader().getResource(CUDA) != null;
  }

  /**
   * From here on this thread computes on a device.
   *
   * @param address its number, from 0
   * @throws HoneException if ND4J does not find it
   */
  public static void use(int address) {
    int devices;
    try {
      devices = Nd4j.getAffinityManager().getNumberOfDevices();
    } catch (LinkageError | RuntimeException e) {
      throw new HoneException(
          "a rank was given GPU %d, and ND4J finds no CUDA device there: %s".formatted(address, e),
          e);
    }
    if (address >= devices) {
      throw new HoneException(
          "a rank was given GPU %d, and ND4J finds %d there, counted from 0; let the discovery script print those that the executor's process sees"
              .formatted(address, devices));
    }
    Nd4j.getAffinityManager().unsafeSetDevice(address);
  }
}
