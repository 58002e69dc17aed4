package dev.hone.jobs.doctor;

import dev.hone.formats.HoneException;
import java.util.function.Supplier;

/** Native libraries, which are unpacked from the jar and loaded by this JVM. */
final class LibraryChecks {
  private LibraryChecks() {}

  /**
   * Loads one.
   *
   * @param load says what was loaded, or throws what the JVM throws
   */
  static Finding library(String name, Supplier<String> load) {
    try {
      return Finding.ok(name, load.get());
    } catch (HoneException e) {
      return Finding.problem(name, e.getMessage(), "");
    } catch (LinkageError | RuntimeException e) {
      Throwable first = e;
      while (first.getCause() != null) {
        first = first.getCause();
      }
      String message = first.getMessage() == null ? first.toString() : first.getMessage();
      return Finding.problem(
          name,
          "it cannot be loaded: " + message.lines().findFirst().orElse(""),
          "hone's natives are of linux-x86_64 with glibc and libgomp1; the temporary folder and the"
              + " home directory must be writable and allow execution");
    }
  }
}
