package dev.hone.training.kernels;

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The attention of {@link ReferenceKernels}: every document and head by itself, as matrices. */
final class ReferenceAttention {
  private final DataType dataType;

  ReferenceAttention(DataType dataType) {
    this.dataType = dataType;
  }

  void forward(
      INDArray q,
      INDArray k,
      INDArray v,
      AttentionShape shape,
      int[] starts,
      INDArray out,
      INDArray logSumExp,
      int rows) {
    for (int document = 0; document < starts.length; document++) {
      int a = starts[document];
      int b = end(starts, document, rows);
      INDArray mask = causal(b - a, 0);
      for (int h = 0; h < shape.heads(); h++) {
        int g = h / shape.group();
        INDArray s = scores(block(q, a, b, h, shape), block(k, a, b, g, shape), shape, mask);
        INDArray max = s.max(true, 1);
        INDArray lse = Transforms.log(Transforms.exp(s.subColumnVector(max)).sum(true, 1));
        lse.addi(max);
        INDArray p = Transforms.exp(s.subColumnVector(lse));
        view(out, a, b, h, shape).assign(p.mmul(block(v, a, b, g, shape)));
        logSumExp.get(interval(h, h + 1), interval(a, b)).assign(lse.reshape(1, b - a));
      }
    }
  }

  void backward(
      INDArray dOut,
      INDArray q,
      INDArray k,
      INDArray v,
      INDArray out,
      INDArray logSumExp,
      AttentionShape shape,
      int[] starts,
      INDArray dQ,
      INDArray dK,
      INDArray dV,
      int rows) {
    dK.get(interval(0, rows), interval(0, dK.columns())).assign(0);
    dV.get(interval(0, rows), interval(0, dV.columns())).assign(0);
    for (int document = 0; document < starts.length; document++) {
      int a = starts[document];
      int b = end(starts, document, rows);
      INDArray mask = causal(b - a, 0);
      for (int h = 0; h < shape.heads(); h++) {
        int g = h / shape.group();
        INDArray qh = block(q, a, b, h, shape);
        INDArray kg = block(k, a, b, g, shape);
        INDArray dO = block(dOut, a, b, h, shape);
        INDArray lse = logSumExp.get(interval(h, h + 1), interval(a, b)).dup().reshape(b - a, 1);
        INDArray p = Transforms.exp(scores(qh, kg, shape, mask).subColumnVector(lse));
        INDArray dP = dO.mmul(block(v, a, b, g, shape).transpose());
        INDArray correction = dO.mul(block(out, a, b, h, shape)).sum(true, 1);
        INDArray dS = p.mul(dP.subColumnVector(correction)).muli(shape.scale());
        view(dV, a, b, g, shape).addi(p.transpose().mmul(dO));
        view(dK, a, b, g, shape).addi(dS.transpose().mmul(qh));
        view(dQ, a, b, h, shape).assign(dS.mmul(kg));
      }
    }
  }

  void cached(
      INDArray q,
      INDArray kCache,
      INDArray vCache,
      AttentionShape shape,
      int[] first,
      int[] seen,
      INDArray out,
      int rows) {
    for (int row = 0; row < rows; row++) {
      int end = first[row] + seen[row];
      for (int h = 0; h < shape.heads(); h++) {
        int g = h / shape.group();
        INDArray keys = block(kCache, first[row], end, g, shape);
        INDArray s = block(q, row, row + 1, h, shape).mmul(keys.transpose()).muli(shape.scale());
        INDArray p = Transforms.softmax(s);
        view(out, row, row + 1, h, shape).assign(p.mmul(block(vCache, first[row], end, g, shape)));
      }
    }
  }

  private static INDArray scores(INDArray q, INDArray k, AttentionShape shape, INDArray mask) {
    return q.mmul(k.transpose()).muli(shape.scale()).addi(mask);
  }

  /**
   * {@code [n, past + n]}: 0 where row i may see column j, {@code j <= past + i}; else -infinity.
   */
  private INDArray causal(int n, int past) {
    double[][] mask = new double[n][past + n];
    for (int i = 0; i < n; i++) {
      for (int j = past + i + 1; j < past + n; j++) {
        mask[i][j] = Double.NEGATIVE_INFINITY;
      }
    }
    return Nd4j.createFromArray(mask).castTo(dataType);
  }

  private static int end(int[] starts, int document, int rows) {
    return document + 1 < starts.length ? starts[document + 1] : rows;
  }

  /** Rows [a, b) of one head, as a view. */
  private static INDArray view(INDArray x, int a, int b, int head, AttentionShape shape) {
    int size = shape.headSize();
    return x.get(interval(a, b), interval(head * size, (head + 1) * size));
  }

  /** Rows [a, b) of one head, as a dense copy. */
  private static INDArray block(INDArray x, int a, int b, int head, AttentionShape shape) {
    return view(x, a, b, head, shape).dup('c');
  }
}
