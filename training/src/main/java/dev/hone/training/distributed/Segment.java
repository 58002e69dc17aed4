package dev.hone.training.distributed;

import dev.hone.formats.HoneException;
import dev.hone.training.checkpoint.OutputDirectory;
import dev.hone.training.checkpoint.RunCheckpoints;
import dev.hone.training.trainer.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the ranks begin: at the newest checkpoint of the run, or at the start. The first rank
 * looks, and all go by what it saw.
 *
 * @param checkpoint empty: at the start
 */
record Segment(Optional<RunCheckpoints.Found> checkpoint) {

  /**
   * Finds it; called on all ranks.
   *
   * @throws HoneException if a rank does not see what the first one does
   */
  static Segment of(RankContext context, OutputDirectory output) {
    long newest =
        context.isFirst()
            ? output.checkpoints().newest().map(RunCheckpoints.Found::step).orElse(0L)
            : 0;
    byte[] mine = ByteBuffer.allocate(Long.BYTES).putLong(newest).array();
    long step = ByteBuffer.wrap(context.ranks().gather(mine)[0]).getLong();
    if (step == 0) {
      return new Segment(Optional.empty());
    }
    RunCheckpoints.Found found =
        output
            .checkpoints()
            .at(step)
            .orElseThrow(
                () ->
                    new HoneException(
                        "output_dir '%s' has a checkpoint after %d steps that rank %d cannot see: all executors need the same output_dir; name a path of a shared or object store"
                            .formatted(output.shown(), step, context.ranks().rank())));
    return new Segment(Optional.of(found));
  }

  /** Steps done. */
  long step() {
    return checkpoint.map(RunCheckpoints.Found::step).orElse(0L);
  }

  /**
   * Takes a trainer there; called on all ranks.
   *
   * @return the copy of the checkpoint's state; empty at the start
   */
  Optional<Path> begin(Trainer trainer, OutputDirectory output, Place place) {
    return checkpoint.map(
        found -> {
          Path directory = folder(place);
          output.checkpoints().fetchState(found, directory);
          output.goOn();
          resume(trainer, directory, found);
          return directory;
        });
  }

  /** What is wrong with the copy is wrong with the checkpoint, which is all that a person sees. */
  private static void resume(Trainer trainer, Path copy, RunCheckpoints.Found found) {
    try {
      trainer.resume(copy);
    } catch (HoneException e) {
      throw new HoneException(e.getMessage().replace(copy.toString(), found.path()), e);
    }
  }

  private static Path folder(Place place) {
    try {
      return Files.createDirectories(place.directory().resolve("checkpoint"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
