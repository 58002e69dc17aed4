package dev.hone.training.kernels;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The formula of {@link Kernels#topLogProbabilities}, by sorting whole rows. */
final class ReferenceTopK {
  private ReferenceTopK() {}

  static void run(INDArray logits, int k, int from, int[] ids, float[] logps) {
    INDArray logP = Transforms.log(Transforms.softmax(logits));
    for (int i = 0; i < logits.rows(); i++) {
      double[] row = logP.getRow(i).toDoubleVector();
      float[] x = logits.getRow(i).toFloatVector();
      int[] best =
          IntStream.range(0, row.length)
              .boxed()
              .sorted(Comparator.<Integer>comparingDouble(id -> -x[id]).thenComparing(id -> id))
              .limit(k)
              .mapToInt(Integer::intValue)
              .toArray();
      for (int j = 0; j < k; j++) {
        ids[(from + i) * k + j] = best[j];
        logps[(from + i) * k + j] = (float) row[best[j]];
      }
    }
  }
}
