package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.AttentionShape;
import java.util.Arrays;

/** Attention of single new rows over the keys and values that a cache has of each sequence. */
final class CachedAttention {
  private final Workers workers;

  CachedAttention(Workers workers) {
    this.workers = workers;
  }

  /** See {@link dev.hone.training.kernels.Kernels#attentionCached}. */
  void forward(
      CpuTensor q,
      CpuTensor keyCache,
      CpuTensor valueCache,
      AttentionShape shape,
      int[] first,
      int[] seen,
      CpuTensor out,
      int rows) {
    int size = shape.headSize();
    int group = shape.group();
    boolean capped = shape.softCap().isPresent();
    float cap = (float) shape.softCap().orElse(0);
    float scale = capped ? 1 : (float) shape.scale();
    workers.each(
        rows * shape.keyValueHeads(),
        (item, worker, scratch) -> {
          int row = item / shape.keyValueHeads();
          int keyHead = item % shape.keyValueHeads();
          int hidden = shape.firstSeen(seen[row] - 1);
          int start = first[row] + hidden;
          int n = seen[row] - hidden;
          int heads = row * q.width() + keyHead * group * size;
          float[] queries = scratch.get(0, group * size);
          float[] line = scratch.get(1, size);
          float[] p = scratch.get(2, group * n);
          float[] result = scratch.get(3, group * size);
          q.load(heads, queries, 0, group * size);
          for (int key = 0; key < n; key++) {
            int place = (start + key) * keyCache.width() + keyHead * size;
            keyCache.load(place, line, 0, size);
            for (int i = 0; i < group; i++) {
              p[i * n + key] = RowMath.dot(queries, i * size, line, 0, size);
            }
          }
          for (int i = 0; i < group; i++) {
            if (capped) {
              RowMath.softCap(p, i * n, (float) shape.scale(), cap, n);
            }
            float max = RowMath.max(p, i * n, n) * scale;
            float sum = (float) RowMath.exp(p, i * n, scale, -max, n);
            RowMath.scale(p, i * n, 1 / sum, n);
          }
          Arrays.fill(result, 0, group * size, 0f);
          for (int key = 0; key < n; key++) {
            int place = (start + key) * valueCache.width() + keyHead * size;
            valueCache.load(place, line, 0, size);
            for (int i = 0; i < group; i++) {
              RowMath.addScaled(line, 0, p[i * n + key], result, i * size, size);
            }
          }
          out.store(heads, result, 0, group * size);
        });
  }
}
