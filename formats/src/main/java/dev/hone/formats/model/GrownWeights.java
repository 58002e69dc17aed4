package dev.hone.formats.model;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.gguf.blocks.BlockFormat;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Weights with more rows in the embedding and the head: the mean of the rows that are there. */
final class GrownWeights implements Weights {
  private static final List<String> TABLES = List.of("model.embed_tokens.weight", "lm_head.weight");

  private final Weights weights;
  private final int rows;
  private final Map<String, float[]> means = new HashMap<>();

  GrownWeights(Weights weights, int rows) {
    this.weights = weights;
    this.rows = rows;
    for (String name : TABLES) {
      if (weights.names().contains(name) && weights.blockFormat(name).isPresent()) {
        throw new HoneException(
            "tokens and special_tokens add rows to %s, which is quantized; make a directory of the file with hone import, or remove the keys"
                .formatted(name));
      }
    }
  }

  @Override
  public Set<String> names() {
    return weights.names();
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = weights.info(name);
    return TABLES.contains(name)
        ? new TensorInfo(info.dtype(), new long[] {rows, info.shape()[1]})
        : info;
  }

  @Override
  public void readFloats(String name, long offset, FloatBuffer target) {
    long there = weights.info(name).elements();
    int old = (int) Math.max(0, Math.min(target.remaining(), there - offset));
    if (old > 0) {
      FloatBuffer part = target.slice();
      weights.readFloats(name, offset, part.limit(old));
      target.position(target.position() + old);
    }
    if (target.hasRemaining()) {
      if (offset + old + target.remaining() > info(name).elements()) {
        throw new HoneException(name + " has fewer elements than are asked for");
      }
      float[] mean = mean(name);
      for (long i = offset + old; target.hasRemaining(); i++) {
        target.put(mean[(int) (i % mean.length)]);
      }
    }
  }

  private synchronized float[] mean(String name) {
    return means.computeIfAbsent(name, this::meanOfRows);
  }

  private float[] meanOfRows(String name) {
    long[] shape = weights.info(name).shape();
    double[] sums = new double[Math.toIntExact(shape[1])];
    float[] row = new float[sums.length];
    for (long r = 0; r < shape[0]; r++) {
      weights.readFloats(name, r * row.length, FloatBuffer.wrap(row));
      for (int i = 0; i < row.length; i++) {
        sums[i] += row[i];
      }
    }
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) (sums[i] / shape[0]);
    }
    return row;
  }

  @Override
  public Optional<FloatBuffer> mappedFloats(String name) {
    return TABLES.contains(name) ? Optional.empty() : weights.mappedFloats(name);
  }

  @Override
  public Optional<BlockFormat> blockFormat(String name) {
    return weights.blockFormat(name);
  }

  @Override
  public boolean isQuantized() {
    return weights.isQuantized();
  }

  @Override
  public Optional<Blocks> blocks(String name) {
    return weights.blocks(name);
  }
}
