package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.distributed.RunObserver;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class WatchersTest {

  @Test
  void everythingIsToldToAll() throws Exception {
    List<String> told = new ArrayList<>();
    RunObserver one =
        (RunObserver)
            Proxy.newProxyInstance(
                RunObserver.class.getClassLoader(),
                new Class<?>[] {RunObserver.class},
                (proxy, method, arguments) -> {
                  told.add(method.getName());
                  return method.getReturnType() == boolean.class ? false : null;
                });
    RunObserver watchers = new Watchers(List.of(one, one));
    for (Method method : RunObserver.class.getMethods()) {
      told.clear();
      method.invoke(watchers, nothing(method));
      assertEquals(List.of(method.getName(), method.getName()), told);
    }
  }

  /** Null, or zero, for each parameter. */
  private static Object[] nothing(Method method) {
    Object[] arguments = new Object[method.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = Array.get(Array.newInstance(method.getParameterTypes()[i], 1), 0);
    }
    return arguments;
  }
}
