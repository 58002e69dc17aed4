package dev.hone.jobs.quickstart;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hone quickstart-corpus DIR}: what {@code bin/quickstart} trains on. */
@Command(
    name = "quickstart-corpus",
    hidden = true,
    description = "Write the corpus of the quickstart into a folder.")
public final class QuickstartCorpusCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "Folder to write to; it is made if missing.")
  private Path dir;

  @Option(names = "--seed", defaultValue = "7", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--smoke", description = "A tenth of it.")
  private boolean smoke;

  @Override
  public Integer call() {
    QuickstartCorpus.Size size = smoke ? QuickstartCorpus.Size.SMOKE : QuickstartCorpus.Size.FULL;
    try {
      CorpusFiles.write(QuickstartCorpus.generate(seed, size), dir);
    } catch (IOException e) {
      throw new HoneException(
          "%s: the corpus cannot be written (%s); give a folder that can be written"
              .formatted(dir, e.getMessage()),
          e);
    }
    return 0;
  }
}
