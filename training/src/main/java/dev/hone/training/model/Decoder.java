package dev.hone.training.model;

import dev.hone.training.layers.Batch;
import dev.hone.training.layers.DecoderBlock;
import dev.hone.training.layers.DecoderLayer;
import dev.hone.training.layers.EmbeddingLayer;
import dev.hone.training.layers.HeadLayer;
import dev.hone.training.layers.LossLayer;
import dev.hone.training.layers.Rope;
import dev.hone.training.layers.ScoreLayer;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers of a model, wired to each other, with what they share.
 *
 * @param ropes one for each way in which layers turn q and k
 * @param last the head of its task
 */
record Decoder(
    Batch batch,
    List<Rope> ropes,
    EmbeddingLayer embedding,
    List<DecoderBlock> blocks,
    LossLayer last) {

  /** The head of a language model. */
  HeadLayer head() {
    return (HeadLayer) last;
  }

  /** The head of a reward model. */
  ScoreLayer score() {
    return (ScoreLayer) last;
  }

  /** First to last. */
  List<DecoderLayer> layers() {
    List<DecoderLayer> all = new ArrayList<>();
    all.add(embedding);
    all.addAll(blocks);
    all.add(last);
    return all;
  }

  /** Everything up to the head, whose work depends on what is asked. */
  void forwardBody() {
    embedding.forward();
    blocks.forEach(DecoderBlock::forward);
  }

  /** Both passes of a training step, as a network of the layers does them. */
  void forwardBackward() {
    forwardBody();
    List<DecoderLayer> layers = layers();
    for (int i = layers.size() - 1; i >= 0; i--) {
      layers.get(i).backwardAndTell();
    }
  }
}
