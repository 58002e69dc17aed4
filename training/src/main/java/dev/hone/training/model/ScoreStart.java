package dev.hone.training.model;

import dev.hone.formats.model.Blocks;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Task;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.Weights;
import dev.hone.formats.model.gguf.blocks.BlockFormat;
import dev.hone.formats.model.hf.RewardConfig;
import dev.hone.training.kernels.CounterRandom;
import java.nio.FloatBuffer;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The weights of a language model and a head for rewards that it does not have yet: normal, of the
 * deviation that Transformers gives new weights.
 *
 * @param source the language model's
 * @param width of the head
 */
public record ScoreStart(Weights source, int width, double deviation, long seed)
    implements Weights {

  /** A directory with a head to begin with: its own, or a new one. */
  public static ModelDirectory on(ModelDirectory directory, long seed) {
    boolean missing =
        directory.task() == Task.SEQ_CLS && !directory.weights().names().contains(Task.SCORE);
    return missing
        ? directory.withWeights(
            new ScoreStart(
                directory.weights(),
                directory.config().hiddenSize(),
                RewardConfig.initializerRange(directory.path()),
                CounterRandom.bits(seed, Task.SCORE.hashCode())))
        : directory;
  }

  @Override
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>(source.names());
    names.add(Task.SCORE);
    return names;
  }

  @Override
  public TensorInfo info(String name) {
    return isNew(name) ? new TensorInfo(Dtype.F32, new long[] {1, width}) : source.info(name);
  }

  @Override
  public void readFloats(String name, long offset, FloatBuffer target) {
    if (!isNew(name)) {
      source.readFloats(name, offset, target);
      return;
    }
    for (long i = offset; target.hasRemaining(); i++) {
      target.put((float) (deviation * CounterRandom.normal(seed, i)));
    }
  }

  @Override
  public Optional<FloatBuffer> mappedFloats(String name) {
    return isNew(name) ? Optional.empty() : source.mappedFloats(name);
  }

  @Override
  public boolean isQuantized() {
    return source.isQuantized();
  }

  @Override
  public Optional<BlockFormat> blockFormat(String name) {
    return isNew(name) ? Optional.empty() : source.blockFormat(name);
  }

  @Override
  public Optional<Blocks> blocks(String name) {
    return isNew(name) ? Optional.empty() : source.blocks(name);
  }

  private static boolean isNew(String name) {
    return name.equals(Task.SCORE);
  }
}
