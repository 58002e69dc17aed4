package dev.hone.training.parallel;

import dev.hone.training.collective.Collective;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.model.Parameter;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Function;

/**
 * Parameters of which every rank has all, and answers for a part: it gets the sum of the gradients
 * of its part, changes it, and tells the others. Sums and values travel bucket by bucket.
 */
final class SharedParameters {
  /** Elements of a bucket, 4 MB: enough that starting to send costs nothing. */
  static final int BUCKET = 1 << 20;

  /** Buckets of a large model are larger, so that what ranks say of their parts stays short. */
  private static final int MOST_BUCKETS = 512;

  private final List<Parameter> parameters;
  private final Kernels kernels;
  private final Collective ranks;
  private final List<Bucket> buckets;
  private final Staging staging;

  /**
   * @param unit parameters are cut at multiples of it; 0: they are not cut
   * @param least elements of a bucket
   */
  SharedParameters(
      List<Parameter> parameters, int unit, int least, Kernels kernels, Collective ranks) {
    this.parameters = parameters;
    this.kernels = kernels;
    this.ranks = ranks;
    long all = parameters.stream().mapToLong(parameter -> parameter.value().length()).sum();
    int size = Math.toIntExact(Math.max(Math.max(least, unit), all / MOST_BUCKETS));
    this.buckets = Buckets.of(parameters, unit, size, ranks.size());
    this.staging =
        new Staging(parameters, kernels, buckets.stream().mapToInt(Bucket::length).max().orElse(1));
  }

  /** What this rank answers for: runs of parameters, on their memory. */
  List<Parameter> part() {
    return buckets.stream()
        .flatMap(bucket -> bucket.part(ranks.rank()).stream())
        .map(run -> parameters.get(run.parameter()).run(kernels, run.from(), run.length()))
        .toList();
  }

  /**
   * A sum that leaves every rank its part.
   *
   * @param what gradients, or values
   */
  BucketSum sumOf(Function<Parameter, Tensor> what) {
    return new BucketSum(buckets, parameters, what, kernels, ranks);
  }

  /**
   * Afterwards every rank has the values that each has in its part, as well as numbers travel. Each
   * rank's own stay as they are.
   */
  void shareValues() {
    for (Bucket bucket : buckets) {
      int[] cuts = bucket.cuts();
      int begin = cuts[ranks.rank()];
      int end = cuts[ranks.rank() + 1];
      ranks.allGather(staging.read(bucket, begin, end, Parameter::value), cuts);
      staging.write(bucket, 0, begin, Parameter::value);
      staging.write(bucket, end, bucket.length(), Parameter::value);
    }
  }

  /** The same to the last bit, however numbers travel. */
  void shareExactly() {
    for (Bucket bucket : buckets) {
      int[] cuts = bucket.cuts();
      for (int rank = 0; rank < ranks.size(); rank++) {
        int begin = cuts[rank];
        int end = cuts[rank + 1];
        FloatBuffer values = staging.read(bucket, begin, end, Parameter::value);
        ranks.broadcast(values.slice(begin, end - begin), rank);
        staging.write(bucket, begin, end, Parameter::value);
      }
    }
  }

  long bytes() {
    return staging.bytes();
  }
}
