package dev.hone.training.benchmarks;

import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.Tensor;
import org.openjdk.jmh.annotations.Benchmark;

/** Causal attention of nine query and three key heads over two documents of 512 tokens. */
public class AttentionBenchmark extends Bench {
  private static final AttentionShape SHAPE =
      new AttentionShape(HEADS, KEY_HEADS, HEAD_SIZE, 1 / Math.sqrt(HEAD_SIZE));

  private Tensor query;
  private Tensor key;
  private Tensor value;
  private Tensor out;
  private Tensor logSumExp;
  private Tensor dOut;
  private Tensor dQuery;
  private Tensor dKey;
  private Tensor dValue;

  @Override
  void allocate() {
    query = activation(ROWS, HEADS * HEAD_SIZE);
    key = activation(ROWS, KEY_HEADS * HEAD_SIZE);
    value = activation(ROWS, KEY_HEADS * HEAD_SIZE);
    out = activation(ROWS, HEADS * HEAD_SIZE);
    logSumExp = kernels.allocate(HEADS, ROWS);
    dOut = activation(ROWS, HEADS * HEAD_SIZE);
    dQuery = activation(ROWS, HEADS * HEAD_SIZE);
    dKey = activation(ROWS, KEY_HEADS * HEAD_SIZE);
    dValue = activation(ROWS, KEY_HEADS * HEAD_SIZE);
    forward(); // so that backward has a denominator
  }

  @Benchmark
  public void forward() {
    kernels.attention(query, key, value, SHAPE, DOCUMENTS, out, logSumExp);
  }

  @Benchmark
  public void backward() {
    kernels.attentionBackward(
        dOut, query, key, value, out, logSumExp, SHAPE, DOCUMENTS, dQuery, dKey, dValue);
  }
}
