package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.MemoryUse;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Real kernels that note the size of every tensor they hand out, by what it is for. */
public final class MeteredKernels {
  /** They hand out memory that is there. */
  private static final Set<String> VIEWS = Set.of("wrap", "run", "trained", "operandOver");

  private final CpuKernels real;
  private final Map<MemoryUse, Long> bytes = new EnumMap<>(MemoryUse.class);

  public MeteredKernels(Precision precision) {
    real = new CpuKernels(1, precision);
  }

  /** The kernels; what they allocate for no named use is an activation. */
  public Kernels kernels() {
    return kernels(MemoryUse.ACTIVATIONS);
  }

  /** What is held now, but for the flat arrays of a network. */
  public Map<MemoryUse, Long> bytes() {
    Map<MemoryUse, Long> all = new EnumMap<>(bytes);
    if (real.conversionBytes() > 0) {
      all.put(MemoryUse.CONVERSIONS, real.conversionBytes());
    }
    return all;
  }

  private Kernels kernels(MemoryUse use) {
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, method, arguments) -> call(use, method, arguments));
  }

  private Object call(MemoryUse use, Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("forUse")) {
      return kernels((MemoryUse) arguments[0]);
    }
    Object result;
    try {
      result = method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    switch (method.getName()) {
      case "allocate", "operand", "frozenCopy", "codes", "quantized" -> note(use, (Tensor) result);
      case "frozen" -> note(MemoryUse.FROZEN_MAPPED, (Tensor) result);
      case "operandOf" -> {
        if (result != arguments[0] && !(arguments[0] instanceof SplitTensor)) {
          note(use, (Tensor) result);
        }
      }
      default -> {
        if (result instanceof Tensor && !VIEWS.contains(method.getName())) {
          throw new AssertionError(method + " allocates, and is not counted");
        }
      }
    }
    return result;
  }

  private void note(MemoryUse use, Tensor tensor) {
    bytes.merge(use, tensor.bytes(), Math::addExact);
  }
}
