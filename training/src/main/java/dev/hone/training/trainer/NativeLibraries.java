package dev.hone.training.trainer;

import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.openblas.global.openblas;

/** The libraries that compute; each is unpacked and loaded when it is first asked for. */
public final class NativeLibraries {
  private NativeLibraries() {}

  /**
   * The version of oneDNN.
   *
   * @throws LinkageError if it cannot be loaded
   */
  public static String oneDnn() {
    dnnl_version_t version = dnnl.dnnl_version();
    return "%d.%d.%d".formatted(version.major(), version.minor(), version.patch());
  }

  /**
   * Multiplies two vectors by OpenBLAS.
   *
   * @throws LinkageError if it cannot be loaded
   * @throws IllegalStateException if it cannot multiply
   */
  public static String openBlas() {
    float product = openblas.cblas_sdot(2, new float[] {1, 2}, 1, new float[] {3, 4}, 1);
    if (product != 11) {
      throw new IllegalStateException("(1, 2) times (3, 4) is " + product + " and not 11");
    }
    return "loaded, and computes";
  }
}
