package dev.hone.training.data;

import java.util.Arrays;
import java.util.List;

/** Packs in memory, for tests. */
public record PackList(List<PackedRow> rows) implements PackSource {

  /** Packs of one document each; every token but the first is trained. */
  public static PackList of(int[]... documents) {
    return new PackList(List.of(documents).stream().map(PackList::row).toList());
  }

  private static PackedRow row(int[] ids) {
    float[] weights = new float[ids.length];
    Arrays.fill(weights, 1, ids.length, 1);
    return new PackedRow(ids, weights, new int[] {0});
  }

  @Override
  public long size() {
    return rows.size();
  }

  @Override
  public int longest() {
    return rows.stream().mapToInt(PackedRow::length).max().orElse(0);
  }

  @Override
  public PackedRow read(long pack) {
    return rows.get((int) pack);
  }
}
