package dev.hone.training.parallel;

import dev.hone.training.collective.Collective;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.model.Parameter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Function;

/**
 * Parameters of which every rank has all, and answers for a part: it gets the sum of the gradients
 * of its part, changes it, and tells the others.
 *
 * <p>Sums and values travel bucket by bucket through memory of one bucket.
 */
final class SharedParameters {
  /** Elements of a bucket, 4 MB: enough that starting to send costs nothing. */
  private static final int BUCKET = 1 << 20;

  /** Buckets of a large model are larger, so that what ranks say of their parts stays short. */
  private static final int MOST_BUCKETS = 512;

  private final List<Parameter> parameters;
  private final Kernels kernels;
  private final Collective ranks;
  private final List<Bucket> buckets;
  private final FloatBuffer staging;

  /**
   * @param unit parameters are cut at multiples of it; 0: they are not cut
   */
  SharedParameters(List<Parameter> parameters, int unit, Kernels kernels, Collective ranks) {
    this(parameters, unit, size(parameters), kernels, ranks);
  }

  SharedParameters(
      List<Parameter> parameters, int unit, int size, Kernels kernels, Collective ranks) {
    this.parameters = parameters;
    this.kernels = kernels;
    this.ranks = ranks;
    this.buckets = Buckets.of(parameters, unit, size, ranks.size());
    int longest = buckets.stream().mapToInt(Bucket::length).max().orElse(0);
    this.staging =
        ByteBuffer.allocateDirect(Math.multiplyExact(longest, Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
  }

  private static int size(List<Parameter> parameters) {
    long all = parameters.stream().mapToLong(parameter -> parameter.value().length()).sum();
    return Math.toIntExact(Math.max(BUCKET, all / MOST_BUCKETS / BUCKET * BUCKET));
  }

  /** What this rank answers for: runs of parameters, on their memory. */
  List<Parameter> part() {
    return buckets.stream()
        .flatMap(bucket -> bucket.part(ranks.rank()).stream())
        .map(run -> parameters.get(run.parameter()).run(kernels, run.from(), run.length()))
        .toList();
  }

  /**
   * Afterwards this rank's part of those tensors is summed over the ranks; the rest is anything.
   *
   * @param what gradients, or values
   */
  void sum(Function<Parameter, Tensor> what) {
    for (Bucket bucket : buckets) {
      copyOut(bucket, 0, bucket.length(), what);
      ranks.reduceScatter(staging, bucket.cuts());
      int[] cuts = bucket.cuts();
      copyIn(bucket, cuts[ranks.rank()], cuts[ranks.rank() + 1], what);
    }
  }

  /** Afterwards every rank has the values that each has in its part, and products read them. */
  void shareValues() {
    for (Bucket bucket : buckets) {
      int[] cuts = bucket.cuts();
      copyOut(bucket, cuts[ranks.rank()], cuts[ranks.rank() + 1], Parameter::value);
      ranks.allGather(staging, cuts);
      copyIn(bucket, 0, cuts[ranks.rank()], Parameter::value);
      copyIn(bucket, cuts[ranks.rank() + 1], bucket.length(), Parameter::value);
    }
    parameters.forEach(parameter -> kernels.refresh(parameter.value(), parameter.operand()));
  }

  private void copyOut(Bucket bucket, int begin, int end, Function<Parameter, Tensor> what) {
    staging.clear();
    int at = begin;
    for (Run run : bucket.between(begin, end)) {
      staging.limit(at + run.length()).position(at);
      kernels.read(what.apply(parameters.get(run.parameter())), run.from(), staging);
      at += run.length();
    }
    staging.limit(bucket.length()).position(0);
  }

  private void copyIn(Bucket bucket, int begin, int end, Function<Parameter, Tensor> what) {
    int at = begin;
    for (Run run : bucket.between(begin, end)) {
      staging.limit(at + run.length()).position(at);
      kernels.write(staging, what.apply(parameters.get(run.parameter())), run.from());
      at += run.length();
    }
    staging.limit(bucket.length()).position(0);
  }
}
