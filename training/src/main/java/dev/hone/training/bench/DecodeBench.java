package dev.hone.training.bench;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.LoraSpec;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Times greedy decoding of random prompts, all of them together, to a given length.
 *
 * @param adapter an untrained one beside the weights; empty: none
 * @param streams prompts
 * @param newTokens tokens that are made for each
 */
public record DecodeBench(
    ModelDirectory model, Optional<LoraSpec> adapter, int streams, int newTokens) {
  private static final int PROMPT = 16;
  private static final int WARM = 16;

  /** Checks the numbers. */
  public DecodeBench {
    if (streams < 1 || newTokens < 1) {
      throw new HoneException(
          "decoding needs 1 stream and 1 token at least, not %d and %d"
              .formatted(streams, newTokens));
    }
  }

  /** New tokens per second, the reading of the prompts included, after a shorter run. */
  public double run(Kernels kernels) {
    CausalLm loaded = CausalLm.load(model, adapter, kernels, Math.max(PROMPT, streams), 1);
    Random random = new Random(1);
    int vocabulary = model.config().vocabSize();
    List<int[]> prompts =
        Stream.generate(() -> random.ints(PROMPT, 0, vocabulary).toArray()).limit(streams).toList();
    loaded.generate(prompts, WARM, Set.of());
    long start = System.nanoTime();
    long made =
        loaded.generate(prompts, newTokens, Set.of()).stream().mapToLong(t -> t.length).sum();
    return made / ((System.nanoTime() - start) / 1e9);
  }
}
