package dev.hone.training.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.training.collective.Collective;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.Parameter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class BucketSumTest {
  private final Kernels kernels = new CpuKernels(1);
  private final Semaphore sums = new Semaphore(0);
  private long nanosOfASum;

  /** The first of two ranks, as if the other had the same. */
  private final class Twin implements Collective {
    @Override
    public int rank() {
      return 0;
    }

    @Override
    public int size() {
      return 2;
    }

    @Override
    public void reduceScatter(FloatBuffer data, int[] cuts) {
      long end = System.nanoTime() + nanosOfASum;
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
      for (int i = data.position(); i < data.limit(); i++) {
        if (Float.isNaN(data.get(i))) {
          throw new HoneException("rank 1 is lost");
        }
        data.put(i, i < data.position() + cuts[1] ? 2 * data.get(i) : Float.NaN);
      }
      sums.release();
    }

    @Override
    public void allGather(FloatBuffer data, int[] cuts) {}

    @Override
    public void broadcast(FloatBuffer data, int root) {}

    @Override
    public byte[][] gather(byte[] mine) {
      return new byte[][] {mine, mine};
    }

    @Override
    public long bytesSent() {
      return 0;
    }

    @Override
    public void close() {}
  }

  @Test
  void whatIsFinalIsSummedWhileTheRestIsComputed() throws InterruptedException {
    List<Parameter> parameters = parameters(40, 24);
    BucketSum sum = sum(parameters, 32);
    for (int step = 1; step <= 2; step++) {
      fill(parameters, step);
      sum.begin();
      sum.finalFrom(1); // 24 of the second parameter, but the bucket has 8 of the first, too
      assertEquals(0, sums.availablePermits());
      sum.finalFrom(0);
      assertEquals(true, sums.tryAcquire(2, 30, TimeUnit.SECONDS), "before anybody asks for it");
      sum.finish();
      assertEquals(2 * step, gradient(parameters.get(1))[0]);
      assertEquals(step, gradient(parameters.get(1))[23], "a part of the other rank");
    }
  }

  /** The caller that works meanwhile has not waited, and the one that asks at once has. */
  @Test
  void whatPassesBesideOtherWorkIsTold() throws InterruptedException {
    nanosOfASum = 200_000_000;
    BucketSum sum = sum(parameters(64), 64);
    sum.begin();
    sum.finish();
    long waited = sum.besideNanos();
    assertTrue(waited < nanosOfASum / 2, waited + " ns of " + nanosOfASum);
    sum.begin();
    sum.finalFrom(0);
    sums.acquire(2);
    sum.finish();
    assertTrue(sum.besideNanos() - waited > nanosOfASum / 2, () -> sum.besideNanos() + " ns");
  }

  @Test
  void aLostRankIsNamedWhereTheCallerWaits() {
    List<Parameter> parameters = parameters(40, 24);
    BucketSum sum = sum(parameters, 64);
    fill(parameters, Float.NaN);
    sum.begin();
    sum.finalFrom(0);
    assertEquals("rank 1 is lost", assertThrows(HoneException.class, sum::finish).getMessage());
  }

  private BucketSum sum(List<Parameter> parameters, int size) {
    List<Bucket> buckets = Buckets.of(parameters, 8, size, 2);
    return new BucketSum(buckets, parameters, Parameter::gradient, kernels, new Twin());
  }

  private List<Parameter> parameters(long... lengths) {
    List<Parameter> parameters = new ArrayList<>();
    for (long length : lengths) {
      parameters.add(new Parameter("p", kernels.allocate(length), kernels.allocate(length)));
    }
    return parameters;
  }

  private void fill(List<Parameter> parameters, float value) {
    for (Parameter parameter : parameters) {
      float[] values = new float[(int) parameter.value().length()];
      Arrays.fill(values, value);
      kernels.write(FloatBuffer.wrap(values), parameter.gradient(), 0);
    }
  }

  private float[] gradient(Parameter parameter) {
    float[] values = new float[(int) parameter.value().length()];
    kernels.read(parameter.gradient(), 0, FloatBuffer.wrap(values));
    return values;
  }
}
