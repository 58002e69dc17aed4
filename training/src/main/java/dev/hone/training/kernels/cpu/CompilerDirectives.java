package dev.hone.training.kernels.cpu;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells HotSpot how to compile the loops over vectors. A method that is compiled together with
 * several of them can have more nodes than the compiler takes; it then leaves some operations as
 * calls, whose vectors are objects, and a loop takes five times as long, in some runs and not in
 * others. So each loop is compiled alone, and what it calls is compiled into it.
 *
 * <p>These are HotSpot's compiler directives, as {@code jcmd PID Compiler.directives_add} would add
 * them to a running process. They name methods of this package alone. Where they cannot be added,
 * everything works as before, and slower.
 */
final class CompilerDirectives {
  private static final Logger LOG = LoggerFactory.getLogger(CompilerDirectives.class);

  private static final String PACKAGE =
      CompilerDirectives.class.getPackageName().replace('.', '/') + "/";

  /** Methods that are loops over vectors. */
  private static final List<String> LOOPS =
      List.of(
          "RowMath.*",
          "Bf16.widen",
          "Bf16.narrow",
          "Bf16.split",
          "Bf16.threeParts",
          "Bf16.join",
          "GateKernels.products",
          "GateKernels.slopes");

  /** Methods of a few vectors that loops are made of. */
  private static final List<String> OPERATIONS =
      List.of("VectorMath.*", "Bf16.widened", "Bf16.upper");

  private CompilerDirectives() {}

  /** Adds them to this process; methods that were compiled before stay as they are. */
  static void add() {
    try {
      Path file = Files.createTempFile("hone-compiler-directives", ".json");
      try {
        Files.writeString(file, json());
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "compilerDirectivesAdd",
                new Object[] {new String[] {file.toString()}},
                new String[] {String[].class.getName()});
      } finally {
        Files.delete(file);
      }
    } catch (JMException | IOException | RuntimeException e) {
      LOG.info("the compiler keeps its own ways, which may be slower: {}", e.toString());
    }
  }

  /** In the language of compiler directives. */
  static String json() {
    String inline =
        Stream.concat(
                OPERATIONS.stream().map(method -> "+" + PACKAGE + method),
                LOOPS.stream().map(method -> "-" + PACKAGE + method))
            .map(pattern -> '"' + pattern + '"')
            .collect(Collectors.joining(", "));
    return "[{match: \"%s*.*\", inline: [%s]}]".formatted(PACKAGE, inline);
  }
}
