package dev.hone.packing;

import dev.hone.formats.tables.PackRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Takes the samples of some documents out of a pack. Those that are left move together and change
 * in nothing else; the pack keeps its number.
 *
 * <p>Worked example, sequence_len 8: the pack {@code ids 1 2 3 4 5 6 7, weights 0 1 1 0 1 0 0.5,
 * starts 0 3 5, documents a b a} without {@code a} is {@code ids 4 5, weights 0 1, starts 0,
 * document b}, length 2, 1 trained token, fill 0.25.
 */
final class PackRepair {
  private PackRepair() {}

  /**
   * The pack with what is left.
   *
   * @return with no sample and no token if nothing is
   */
  static PackRow without(PackRow pack, Set<String> forgotten) {
    List<Integer> left = new ArrayList<>();
    int length = 0;
    for (int i = 0; i < pack.documentStarts().length; i++) {
      if (!forgotten.contains(pack.recordIds().get(i))) {
        left.add(i);
        length += end(pack, i) - pack.documentStarts()[i];
      }
    }
    int[] ids = new int[length];
    float[] weights = new float[length];
    int[] starts = new int[left.size()];
    int[] pieces = new int[left.size()];
    List<String> recordIds = new ArrayList<>();
    int offset = 0;
    for (int i = 0; i < starts.length; i++) {
      int from = pack.documentStarts()[left.get(i)];
      int tokens = end(pack, left.get(i)) - from;
      System.arraycopy(pack.inputIds(), from, ids, offset, tokens);
      System.arraycopy(pack.lossWeights(), from, weights, offset, tokens);
      starts[i] = offset;
      pieces[i] = pack.pieces()[left.get(i)];
      recordIds.add(pack.recordIds().get(left.get(i)));
      offset += tokens;
    }
    int trained = 0;
    for (float weight : weights) {
      trained += weight > 0 ? 1 : 0;
    }
    // Exact: fill is length / capacity, and both are small.
    long capacity = Math.round(pack.length() / pack.fill());
    return new PackRow(
        pack.prepId(),
        pack.split(),
        pack.packId(),
        ids,
        weights,
        starts,
        recordIds,
        pieces,
        pack.answers().map(answers -> left.stream().map(answers::get).toList()),
        length,
        trained,
        (double) length / capacity,
        pack.margins().map(margins -> left.stream().map(margins::get).toList()));
  }

  private static int end(PackRow pack, int sample) {
    int[] starts = pack.documentStarts();
    return sample + 1 < starts.length ? starts[sample + 1] : pack.length();
  }
}
