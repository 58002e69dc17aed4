package dev.hone.training.checkpoint;

import java.nio.file.Path;
import java.util.OptionalLong;

/** Writes one checkpoint after the other, as a run that goes on does, until it is killed. */
final class SavingProgram {
  static final String RUN = "killed";

  private SavingProgram() {}

  /** Arguments: the endpoint, the output directory, a scratch directory. */
  public static void main(String[] arguments) {
    Bucket bucket = new Bucket(arguments[1], Bucket.settings(arguments[0]));
    try (OutputDirectory output = bucket.output(RUN, Path.of(arguments[2]))) {
      output.sweep();
      output.goOn();
      long step = output.checkpoints().newest().map(RunCheckpoints.Found::step).orElse(0L);
      while (true) {
        step++;
        long next = step;
        output.checkpoint(
            next,
            "hf",
            2,
            OptionalLong.empty(),
            directory -> {
              Bucket.model(next).accept(directory);
              // From here on it goes to the bucket.
              System.out.println(next);
            },
            path -> {});
      }
    }
  }
}
