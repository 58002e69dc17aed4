package dev.hone.training.bench;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the time of a step goes: kernels that note how long each operation takes. Products are told
 * apart by the shape of their weight: {@code linear [49152, 576]} is the head of a model of 49,152
 * tokens. An operation that has a part of the threads, while others work on something else, counts
 * for that part of its time. What it adds is about a microsecond for each of some thousand calls of
 * a step.
 */
final class KernelProfile {

  private final Map<String, long[]> nanos = new ConcurrentHashMap<>(); // calls and time
  private final int allThreads;
  private final Kernels kernels;

  /** Of these kernels, which must be used through {@link #kernels} from now on. */
  KernelProfile(Kernels measured) {
    this.allThreads = measured.threads();
    this.kernels = measure(measured);
  }

  private Kernels measure(Kernels measured) {
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, method, arguments) ->
                method.getReturnType() == Kernels.class
                    ? measure((Kernels) invoke(measured, method, arguments))
                    : timed(measured, method, arguments));
  }

  /** The same kernels, measured. */
  Kernels kernels() {
    return kernels;
  }

  /** Forgets what was measured. */
  void reset() {
    nanos.clear();
  }

  /** What was measured since, in so many steps; the longest first. */
  List<KernelTime> operations(int steps) {
    return nanos.entrySet().stream()
        .map(e -> operation(e.getKey(), e.getValue(), steps))
        .sorted(Comparator.comparingDouble(KernelTime::seconds).reversed())
        .toList();
  }

  private static KernelTime operation(String name, long[] sum, int steps) {
    return new KernelTime(name, (double) sum[0] / steps, sum[1] / 1e9 / steps);
  }

  private Object timed(Kernels measured, Method method, Object[] arguments) throws Throwable {
    int threads = measured.threads();
    long start = System.nanoTime();
    try {
      return invoke(measured, method, arguments);
    } finally {
      long share = (System.nanoTime() - start) * threads / allThreads;
      nanos.merge(
          name(method, arguments),
          new long[] {1, share},
          (sum, more) -> new long[] {sum[0] + more[0], sum[1] + more[1]});
    }
  }

  private static Object invoke(Kernels measured, Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(measured, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static String name(Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "linear", "linearBackwardInput" -> shaped(method, arguments[1]);
      case "linearBackwardWeight" -> shaped(method, arguments[2]);
      default -> method.getName();
    };
  }

  private static String shaped(Method method, Object weight) {
    return method.getName() + " " + Arrays.toString(((Tensor) weight).shape());
  }
}
