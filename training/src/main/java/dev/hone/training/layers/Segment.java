package dev.hone.training.layers;

import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring blocks that keep nothing for the backward pass but the input of the first, and are
 * computed again before it (gradient checkpointing, Chen et al. 2016, section 4.1). The segments of
 * a model keep the rest in the same memory, one after the other.
 */
public final class Segment {
  private final List<DecoderBlock> blocks = new ArrayList<>();

  void add(DecoderBlock block) {
    blocks.add(block);
  }

  /** Computes the blocks again if this is the last of them, with which the backward pass begins. */
  void restore(DecoderBlock block) {
    int last = blocks.size() - 1;
    if (blocks.get(last) != block) {
      return;
    }
    for (int i = 0; i < last; i++) {
      blocks.get(i).forward();
    }
    block.recompute();
  }
}
