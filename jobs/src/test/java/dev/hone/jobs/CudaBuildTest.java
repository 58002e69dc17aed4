package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hone.formats.HoneException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class CudaBuildTest {

  @Test
  void theCudaBuildNeedsADevice(@TempDir Path folder) {
    List<Path> none = List.of(folder.resolve("nvidiactl"));
    HoneException e = assertThrows(HoneException.class, () -> CudaBuild.require(true, none));
    assertEquals(
        "this is the CUDA build of hone, and this host has no CUDA device (no "
            + none.get(0)
            + "); use a host with an NVIDIA driver, or build without -Pcuda",
        e.getMessage());
    assertDoesNotThrow(() -> CudaBuild.require(true, List.of(folder)));
    assertDoesNotThrow(() -> CudaBuild.require(false, none));
  }
}
