package dev.hone.training.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class CompilerDirectivesTest {
  private static final Pattern METHOD = Pattern.compile("\"[+-]([\\w/]+)\\.([\\w*]+)\"");

  /** A name that is spelled wrong would change nothing, and nobody would see. */
  @Test
  void theMethodsAreThere() throws ClassNotFoundException {
    Matcher found = METHOD.matcher(CompilerDirectives.json());
    int methods = 0;
    while (found.find()) {
      methods++;
      String name = found.group(2);
      Class<?> owner = Class.forName(found.group(1).replace('/', '.'));
      assertTrue(
          name.equals("*")
              || Arrays.stream(owner.getDeclaredMethods())
                  .anyMatch(method -> method.getName().equals(name)),
          found.group());
    }
    assertEquals(11, methods);
  }

  /** HotSpot says so of every directive that it has. */
  @Test
  void theCompilerHasThem() throws JMException {
    assertTrue(Lanes.LANES > 0); // which adds them
    Object all =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "compilerDirectivesPrint",
                new Object[0],
                new String[0]);
    assertTrue(all.toString().contains("-dev/hone/training/kernels/cpu/RowMath.*"), all::toString);
  }
}
