package dev.hone.jobs.cli;

import dev.hone.ingest.IngestReport;
import dev.hone.ingest.IngestService;
import dev.hone.jobs.Hone;
import dev.hone.jobs.Sessions;
import dev.hone.jobs.config.HoneConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hone ingest CONFIG}: sources to documents, once or as a service. */
@Command(
    name = "ingest",
    description = {
      "Reads the sources into tables, and packs nothing.",
      "Entries with trigger: processing_time are then taken in until the command is stopped;"
          + " SIGTERM ends it after the batch in flight."
    },
    mixinStandardHelpOptions = true)
final class IngestCommand implements Callable<Integer> {
  /** Before Spark's own hook, which would take the session away from the batch in flight. */
  private static final int BEFORE_SPARK = 1000;

  private static final int LONGEST_BATCH_MINUTES = 30;

  @Mixin ConfigOptions options;
  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    HoneConfig config = options.read(root.environment, err);
    try (SparkSession spark = Sessions.open(root.verbose)) {
      Hone hone = Hone.open(spark, config, ConfigOptions.notices(err));
      hone.ingest(new ProgressPrinter(err)).datasets().forEach(dataset -> print(dataset, out));
      Optional<IngestService> service = hone.serve();
      if (service.isPresent()) {
        serve(service.get(), out);
      }
    }
    return 0;
  }

  private static void serve(IngestService service, PrintWriter out) {
    CountDownLatch reported = new CountDownLatch(1);
    ShutdownHookManager.get()
        .addShutdownHook(
            () -> {
              service.close();
              await(reported);
            },
            BEFORE_SPARK,
            LONGEST_BATCH_MINUTES,
            TimeUnit.MINUTES);
    try {
      out.println("waiting for files; stop it with SIGTERM or Ctrl-C");
      out.flush();
      service.await();
      service.reports().forEach(dataset -> print(dataset, out));
    } finally {
      reported.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void print(IngestReport.Dataset dataset, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s: %,d sources, %,d of them read now (%,d records); %,d documents, %,d of them duplicates; %,d refused%s%n",
        dataset.name(),
        dataset.sources(),
        dataset.sourcesRead(),
        dataset.recordsRead(),
        dataset.accepted(),
        dataset.duplicates(),
        dataset.quarantined(),
        dataset.forgotten() == 0
            ? ""
            : String.format(Locale.ROOT, "; %,d left out as forgotten", dataset.forgotten()));
    out.flush();
  }
}
