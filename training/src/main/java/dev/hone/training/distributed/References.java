package dev.hone.training.distributed;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Task;
import dev.hone.training.collective.Exchange;
import dev.hone.training.data.PackSets;
import dev.hone.training.data.PackSource;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.Room;
import dev.hone.training.objective.ObjectiveSpec;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How the packs of a rank come to know what a reference model of its own says of them: the rank
 * asks before it loads the model to train, so that there is only one in memory.
 *
 * @param frozen the model that a rank asks: one or none
 */
record References(List<ModelSource.Portable> frozen) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Packs of a rank.
   *
   * @param train packs to train on
   * @param heldOut packs of the eval split
   */
  record Packs(PackSource train, PackSets heldOut) {}

  /**
   * The packs as the objective compares them.
   *
   * @param steps numbers of the packs that this rank will read in each step, a micro-batch each
   * @param sharing who has the rest of a batch
   * @param maxTokens most tokens of a pass
   * @param base the model to train
   * @throws HoneException if the reference model cannot be loaded, or has other tokens
   */
  Packs ask(
      RankContext context,
      ObjectiveSpec objective,
      Iterable<List<long[]>> steps,
      Exchange sharing,
      int maxTokens,
      ModelDirectory base) {
    if (frozen.isEmpty()) {
      return new Packs(context.train(), context.heldOut());
    }
    ModelSource.Portable source = frozen.get(0);
    Place place =
        new Place(context.place().threads(), folder(context.place()), context.place().hadoop());
    ModelDirectory directory = source.open(place, Task.CAUSAL_LM);
    if (directory.config().vocabSize() != base.config().vocabSize()) {
      throw new HoneException(
          "ref_model '%s' knows %d tokens, and base_model '%s' knows %d: they cannot be compared; name a model with the same tokenizer"
              .formatted(
                  directory.name(),
                  directory.config().vocabSize(),
                  base.name(),
                  base.config().vocabSize()));
    }
    CausalLm reference =
        source.load(directory, place, source.kernels(place), Room.whole(maxTokens), 0);
    return new Packs(
        objective.referenced(reference, context.train(), steps, sharing),
        context
            .heldOut()
            .with(
                objective.referenced(
                    reference,
                    context.heldOut().packs(),
                    ObjectiveSpec.all(context.heldOut().packs()))));
  }

  private static Path folder(Place place) {
    try {
      return Files.createDirectories(place.directory().resolve("reference"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
