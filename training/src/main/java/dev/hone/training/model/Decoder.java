package dev.hone.training.model;

import dev.hone.training.layers.Batch;
import dev.hone.training.layers.DecoderBlock;
import dev.hone.training.layers.DecoderLayer;
import dev.hone.training.layers.EmbeddingLayer;
import dev.hone.training.layers.HeadLayer;
import dev.hone.training.layers.Rope;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers of a model, wired to each other, with what they share.
 *
 * @param ropes one for each way in which layers turn q and k
 * @param baseWeightBytes memory of the base model's weights
 */
record Decoder(
    Batch batch,
    List<Rope> ropes,
    EmbeddingLayer embedding,
    List<DecoderBlock> blocks,
    HeadLayer head,
    long baseWeightBytes) {

  /** First to last. */
  List<DecoderLayer> layers() {
    List<DecoderLayer> all = new ArrayList<>();
    all.add(embedding);
    all.addAll(blocks);
    all.add(head);
    return all;
  }

  /** Everything up to the head, whose work depends on what is asked. */
  void forwardBody() {
    embedding.forward();
    blocks.forEach(DecoderBlock::forward);
  }
}
