package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.AdamWStep;
import dev.hone.training.kernels.DynamicMap;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A step of AdamW with moments of 8 bits, a chunk of whole blocks at a time: moments are decoded,
 * moved and encoded again while they are in the cache. Formula: {@link
 * dev.hone.training.kernels.Kernels#adamW8bit}.
 */
final class CpuAdamW8bit {
  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int LANES = Lanes.LANES;
  private static final int CHUNK = FlatKernels.CHUNK;
  private static final int BLOCK = DynamicMap.BLOCK;

  private static final ThreadLocal<byte[]> CODES = ThreadLocal.withInitial(() -> new byte[CHUNK]);

  private final FlatKernels flat;
  private final CodeTable signed = new CodeTable(DynamicMap.signed());
  private final CodeTable unsigned = new CodeTable(DynamicMap.unsigned());

  CpuAdamW8bit(FlatKernels flat) {
    this.flat = flat;
  }

  /** A moment in memory. */
  record Moment(CodeTensor codes, CpuTensor largest) {}

  void step(CpuTensor parameter, CpuTensor gradient, Moment first, Moment second, AdamWStep step) {
    Constants constants = Constants.of(step);
    flat.chunks(
        Math.toIntExact(parameter.length()),
        (worker, from, count, scratch) -> {
          float[] p = scratch.get(0, CHUNK);
          float[] g = scratch.get(1, CHUNK);
          float[] m = scratch.get(2, CHUNK);
          float[] v = scratch.get(3, CHUNK);
          float[] largest = scratch.get(4, CHUNK / BLOCK);
          byte[] codes = CODES.get();
          parameter.load(from, p, 0, count);
          gradient.load(from, g, 0, count);
          decode(first, signed, from, count, m, largest, codes);
          decode(second, unsigned, from, count, v, largest, codes);
          constants.move(p, g, m, v, count);
          parameter.store(from, p, 0, count);
          encode(first, signed, from, count, m, largest, codes);
          encode(second, unsigned, from, count, v, largest, codes);
        });
  }

  private static void decode(
      Moment moment,
      CodeTable table,
      int from,
      int count,
      float[] values,
      float[] largest,
      byte[] codes) {
    moment.codes.loadCodes(from, codes, count);
    moment.largest.load(from / BLOCK, largest, 0, blocks(count));
    for (int start = 0; start < count; start += BLOCK) {
      int end = Math.min(count, start + BLOCK);
      table.decode(codes, largest[start / BLOCK], values, start, end);
    }
  }

  private static void encode(
      Moment moment,
      CodeTable table,
      int from,
      int count,
      float[] values,
      float[] largest,
      byte[] codes) {
    // What lies behind the last value was computed from anything.
    Arrays.fill(values, count, (count + LANES - 1) / LANES * LANES, 0f);
    for (int start = 0; start < count; start += BLOCK) {
      int end = Math.min(count, start + BLOCK);
      float most = largest(values, start, end);
      largest[start / BLOCK] = most;
      if (most > 0) {
        divide(values, start, end, most);
      }
      table.encode(values, codes, start, end);
    }
    moment.codes.storeCodes(from, codes, count);
    moment.largest.store(from / BLOCK, largest, 0, blocks(count));
  }

  private static int blocks(int count) {
    return (count + BLOCK - 1) / BLOCK;
  }

  private static float largest(float[] values, int start, int end) {
    FloatVector most = FloatVector.zero(SPECIES);
    for (int i = start; i < end; i += LANES) {
      most = most.max(FloatVector.fromArray(SPECIES, values, i).abs());
    }
    return most.reduceLanes(VectorOperators.MAX);
  }

  private static void divide(float[] values, int start, int end, float divisor) {
    for (int i = start; i < end; i += LANES) {
      FloatVector.fromArray(SPECIES, values, i).div(divisor).intoArray(values, i);
    }
  }

  /** What is the same for every element. */
  private record Constants(
      float keep,
      float b1,
      float c1,
      float b2,
      float c2,
      float size,
      float root,
      float epsilon,
      float clip) {

    static Constants of(AdamWStep step) {
      double correction1 = 1 - Math.pow(step.beta1(), (double) step.step());
      double correction2 = 1 - Math.pow(step.beta2(), (double) step.step());
      return new Constants(
          (float) (1 - step.learningRate() * step.weightDecay()),
          (float) step.beta1(),
          (float) (1 - step.beta1()),
          (float) step.beta2(),
          (float) (1 - step.beta2()),
          (float) (step.learningRate() / correction1),
          (float) (1 / Math.sqrt(correction2)),
          (float) step.epsilon(),
          (float) step.gradientScale());
    }

    void move(float[] p, float[] g, float[] m, float[] v, int count) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector dp = FloatVector.fromArray(SPECIES, g, i).mul(clip);
        FloatVector mean = FloatVector.fromArray(SPECIES, m, i).mul(b1).add(dp.mul(c1));
        FloatVector square = FloatVector.fromArray(SPECIES, v, i).mul(b2).add(dp.mul(dp).mul(c2));
        mean.intoArray(m, i);
        square.intoArray(v, i);
        FloatVector update = mean.mul(size).div(square.sqrt().mul(root).add(epsilon));
        FloatVector.fromArray(SPECIES, p, i).mul(keep).sub(update).intoArray(p, i);
      }
    }
  }
}
