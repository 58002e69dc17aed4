package dev.hone.training.kernels;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The attention of {@link ReferenceKernels}: every document and head by itself, as matrices. What a
 * document shares is computed with it, and then only its own rows are kept.
 */
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
      Documents documents,
      INDArray out,
      INDArray logSumExp) {
    for (int d = 0; d < documents.count(); d++) {
      Rows rows = Rows.of(documents, d);
      INDArray mask = causal(rows.length(), shape);
      for (int h = 0; h < shape.heads(); h++) {
        int g = h / shape.group();
        INDArray s = capped(rows.block(q, h, shape), rows.block(k, g, shape), shape).addi(mask);
        INDArray max = s.max(true, 1);
        INDArray lse = Transforms.log(Transforms.exp(s.subColumnVector(max)).sum(true, 1));
        lse.addi(max);
        INDArray p = Transforms.exp(s.subColumnVector(lse));
        rows.own(out, h, shape).assign(rows.ownOf(p.mmul(rows.block(v, g, shape))));
        INDArray own = rows.ownOf(lse.reshape(rows.length(), 1));
        logSumExp
            .get(interval(h, h + 1), interval(rows.start(), rows.end()))
            .assign(own.reshape(1, own.length()));
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
      Documents documents,
      INDArray dQ,
      INDArray dK,
      INDArray dV) {
    dK.get(interval(0, documents.rows()), interval(0, dK.columns())).assign(0);
    dV.get(interval(0, documents.rows()), interval(0, dV.columns())).assign(0);
    for (int d = 0; d < documents.count(); d++) {
      Rows rows = Rows.of(documents, d);
      INDArray mask = causal(rows.length(), shape);
      for (int h = 0; h < shape.heads(); h++) {
        int g = h / shape.group();
        INDArray qh = rows.block(q, h, shape);
        INDArray kg = rows.block(k, g, shape);
        INDArray dO = rows.block(dOut, h, shape);
        rows.sharedOf(dO).ifPresent(others -> others.assign(0));
        INDArray lse = rows.column(logSumExp, h);
        INDArray s = capped(qh, kg, shape);
        INDArray p = Transforms.exp(s.add(mask).subiColumnVector(lse));
        INDArray dP = dO.mmul(rows.block(v, g, shape).transpose());
        INDArray correction = dO.mul(rows.block(out, h, shape)).sum(true, 1);
        INDArray dS = p.mul(dP.subColumnVector(correction)).muli(shape.scale());
        shape.softCap().ifPresent(cap -> dS.muli(s.mul(s).muli(-1 / (cap * cap)).addi(1)));
        rows.add(p.transpose().mmul(dO), dV, g, shape);
        rows.add(dS.transpose().mmul(qh), dK, g, shape);
        rows.own(dQ, h, shape).assign(rows.ownOf(dS.mmul(kg)));
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

  /**
   * The rows of a document: first those that it shares, then those from start to end.
   *
   * @param from the first of those that it shares
   * @param shared how many it shares
   */
  private record Rows(int from, int shared, int start, int end) {

    static Rows of(Documents documents, int document) {
      return new Rows(
          documents.starts()[documents.leader(document)],
          documents.shared()[document],
          documents.starts()[document],
          documents.end(document));
    }

    int length() {
      return shared + end - start;
    }

    /** All of one head, as a dense copy. */
    INDArray block(INDArray x, int head, AttentionShape shape) {
      INDArray own = own(x, head, shape);
      return shared == 0
          ? own.dup('c')
          : Nd4j.concat(0, view(x, from, from + shared, head, shape), own);
    }

    /** A row of {@code [NH, T]} as a column. */
    INDArray column(INDArray x, int head) {
      INDArray row = x.getRow(head).reshape(1, x.columns());
      INDArray own = row.get(all(), interval(start, end));
      INDArray whole =
          shared == 0 ? own : Nd4j.concat(1, row.get(all(), interval(from, from + shared)), own);
      return whole.dup('c').reshape(length(), 1);
    }

    /** The rows of its own of one head, as a view. */
    INDArray own(INDArray x, int head, AttentionShape shape) {
      return view(x, start, end, head, shape);
    }

    /** The same of a block. */
    INDArray ownOf(INDArray block) {
      return block.get(interval(shared, length()), all());
    }

    /** The shared rows of a block, if there are any. */
    Optional<INDArray> sharedOf(INDArray block) {
      return shared == 0 ? Optional.empty() : Optional.of(block.get(interval(0, shared), all()));
    }

    /** Adds a block to the rows of one head. */
    void add(INDArray block, INDArray x, int head, AttentionShape shape) {
      own(x, head, shape).addi(ownOf(block));
      sharedOf(block).ifPresent(others -> view(x, from, from + shared, head, shape).addi(others));
    }
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
