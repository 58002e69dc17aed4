package dev.hone.jobs;

import dev.hone.formats.HoneException;
import dev.hone.training.trainer.MachineDevices;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The build with ND4J's CUDA backend needs a device; without one ND4J fails much later, at length.
 */
public final class CudaBuild {
  /** What an NVIDIA driver makes, natively and under WSL. */
  private static final List<Path> DEVICES = List.of(Path.of("/dev/nvidiactl"), Path.of("/dev/dxg"));

  private CudaBuild() {}

  /**
   * Refuses to start the CUDA build on a host without a device.
   *
   * @throws HoneException if this is the CUDA build and there is none
   */
  static void requireDevice() {
    require(MachineDevices.areOfCuda(), DEVICES);
  }

  /**
   * What this build computes on.
   *
   * @throws HoneException as {@link #requireDevice} does
   */
  public static String found() {
    requireDevice();
    return MachineDevices.areOfCuda()
        ? "this is the CUDA build, and there is a device"
        : "this is the build for CPUs";
  }

  static void require(boolean cuda, List<Path> devices) {
    if (cuda && devices.stream().noneMatch(Files::exists)) {
      throw new HoneException(
          "this is the CUDA build of hone, and this host has no CUDA device (no %s); use a host with an NVIDIA driver, or build without -Pcuda"
              .formatted(devices.get(0)));
    }
  }
}
