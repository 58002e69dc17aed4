package dev.hone.training.model;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.nd4j.linalg.api.buffer.DataType;

/** The reference in double, one of whose methods is a little wrong. */
final class WrongKernels {
  private final Kernels right = new ReferenceKernels(DataType.DOUBLE);
  private final Mistake mistake;
  private int made;

  /**
   * A mistake.
   *
   * @param method of {@link Kernels}
   * @param calls which calls of it, by their arguments
   * @param before changes the arguments
   * @param scaled number of the argument that is a hundredth too large afterwards; -1: none
   */
  record Mistake(String method, Predicate<Object[]> calls, Consumer<Object[]> before, int scaled) {

    /** No mistake at all. */
    static final Mistake NONE = scaling("", -1);

    /** A result of every call is a hundredth too large. */
    static Mistake scaling(String method, int argument) {
      return new Mistake(method, arguments -> true, arguments -> {}, argument);
    }

    /** Of some calls alone. */
    Mistake where(Predicate<Object[]> some) {
      return new Mistake(method, some, before, scaled);
    }

    /** Another argument is given on in every call. */
    static Mistake of(String method, Consumer<Object[]> change) {
      return new Mistake(method, arguments -> true, change, -1);
    }
  }

  WrongKernels(Mistake mistake) {
    this.mistake = mistake;
  }

  /** The kernels. */
  Kernels kernels() {
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, method, arguments) -> call((Kernels) proxy, method, arguments));
  }

  /** How often the mistake was made. */
  int made() {
    return made;
  }

  private Object call(Kernels self, Method method, Object[] arguments) throws Throwable {
    if (method.getReturnType() == Kernels.class) {
      return self;
    }
    boolean wrong = method.getName().equals(mistake.method) && mistake.calls.test(arguments);
    if (wrong) {
      made++;
      mistake.before.accept(arguments);
    }
    Object result;
    try {
      result = method.invoke(right, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (wrong && mistake.scaled >= 0) {
      right.scale((Tensor) arguments[mistake.scaled], 1.01);
    }
    return result;
  }
}
