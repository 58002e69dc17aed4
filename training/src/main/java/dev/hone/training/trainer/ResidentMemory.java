package dev.hone.training.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resident memory of this process, where Linux says it. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  /** What the process has now; 0 where the system does not say. */
  public static long bytes() {
    return bytes("VmRSS:");
  }

  /** The most that it ever had; 0 where the system does not say. */
  public static long peakBytes() {
    return bytes("VmHWM:");
  }

  private static long bytes(String name) {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
