package dev.hone.training.kernels;

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.Arrays;
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
      INDArray mask = causal(b - a, shape);
      for (int h = 0; h < shape.heads(); h++) {
        int g = h / shape.group();
        INDArray s = capped(block(q, a, b, h, shape), block(k, a, b, g, shape), shape).addi(mask);
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
      INDArray mask = causal(b - a, shape);
      for (int h = 0; h < shape.heads(); h++) {
        int g = h / shape.group();
        INDArray qh = block(q, a, b, h, shape);
        INDArray kg = block(k, a, b, g, shape);
        INDArray dO = block(dOut, a, b, h, shape);
        INDArray lse = logSumExp.get(interval(h, h + 1), interval(a, b)).dup().reshape(b - a, 1);
        INDArray s = capped(qh, kg, shape);
        INDArray p = Transforms.exp(s.add(mask).subiColumnVector(lse));
        INDArray dP = dO.mmul(block(v, a, b, g, shape).transpose());
        INDArray correction = dO.mul(block(out, a, b, h, shape)).sum(true, 1);
        INDArray dS = p.mul(dP.subColumnVector(correction)).muli(shape.scale());
        shape.softCap().ifPresent(cap -> dS.muli(s.mul(s).muli(-1 / (cap * cap)).addi(1)));
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
      int start = first[row] + shape.firstSeen(seen[row] - 1);
      int end = first[row] + seen[row];
      for (int h = 0; h < shape.heads(); h++) {
        int g = h / shape.group();
        INDArray keys = block(kCache, start, end, g, shape);
        INDArray p = Transforms.softmax(capped(block(q, row, row + 1, h, shape), keys, shape));
        view(out, row, row + 1, h, shape).assign(p.mmul(block(vCache, start, end, g, shape)));
      }
    }
  }

  private static INDArray capped(INDArray q, INDArray k, AttentionShape shape) {
    INDArray scores = q.mmul(k.transpose()).muli(shape.scale());
    if (shape.softCap().isPresent()) {
      double cap = shape.softCap().getAsDouble();
      return Transforms.tanh(scores.muli(1 / cap), false).muli(cap);
    }
    return scores;
  }

  /** {@code [n, n]}: 0 where row i may see column j; else -infinity. */
  private INDArray causal(int n, AttentionShape shape) {
    double[][] mask = new double[n][n];
    for (int i = 0; i < n; i++) {
      Arrays.fill(mask[i], Double.NEGATIVE_INFINITY);
      Arrays.fill(mask[i], shape.firstSeen(i), i + 1, 0);
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
