package dev.hone.jobs.cli;

import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.Hone;
import dev.hone.jobs.PackColumns;
import dev.hone.jobs.PackExport;
import dev.hone.jobs.Sessions;
import dev.hone.jobs.config.HoneConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hone export-packs CONFIG --to hf --out DIR}: packs for other trainers. */
@Command(
    name = "export-packs",
    description = "Writes the packs as files that TRL, Axolotl and Transformers train on.",
    mixinStandardHelpOptions = true)
final class ExportPacksCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "CONFIG",
      arity = "0..1",
      description = "The YAML; prepared first, if that is not done. Or --prep.")
  Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides one key of CONFIG. Repeatable.")
  List<String> set = new ArrayList<>();

  @Option(
      names = "--warehouse",
      paramLabel = "PATH",
      description = "As in the configuration; with --prep ./warehouse unless given.")
  String warehouse;

  @Option(
      names = "--prep",
      paramLabel = "PREP_ID",
      description = "A preparation of the warehouse, as in table preps.")
  String prep;

  @Option(
      names = "--to",
      paramLabel = "hf|parquet",
      defaultValue = "hf",
      description =
          "A folder that datasets.load_dataset opens, or train/ and eval/ of Parquet files (default: ${DEFAULT-VALUE}).")
  PackExport.Layout layout;

  @Option(
      names = "--columns",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "input_ids,labels,position_ids,seq_lengths",
      description = "Of these, and attention_mask, the ones to write (default: ${DEFAULT-VALUE}).")
  List<String> columns;

  @Option(
      names = "--out",
      paramLabel = "PATH",
      required = true,
      description = "A new or empty folder, local or s3a://.")
  String out;

  @ParentCommand HoneCli.Root root;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if ((file == null) == (prep == null)) {
      throw new ParameterException(
          spec.commandLine(), "give either CONFIG, a YAML, or --prep, a preparation");
    }
    if (prep != null && !set.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--set goes with CONFIG, not with --prep");
    }
    List<PackColumns> chosen = PackColumns.named(columns);
    Consumer<String> notices = ConfigOptions.notices(spec.commandLine().getErr());
    PrintWriter printer = spec.commandLine().getOut();
    HoneConfig config = file == null ? null : read(notices);
    try (SparkSession spark = Sessions.open(root.verbose)) {
      String place = config == null ? warehouse : config.output().warehouse();
      String prepId =
          config == null ? prep : Hone.open(spark, config, notices).prepare().prep().prepId();
      Warehouse opened = Hone.warehouse(spark, place == null ? "./warehouse" : place);
      for (PackExport.Split split : PackExport.run(opened, prepId, layout, out, chosen, notices)) {
        printer.println(
            String.format(
                Locale.ROOT,
                "%s: %,d packs, %,d tokens, %,d trained, %d %s",
                split.split(),
                split.packs(),
                split.tokens(),
                split.trained(),
                split.files(),
                split.files() == 1 ? "file" : "files"));
      }
      printer.println("preparation " + prepId + " is in " + out);
    }
    return 0;
  }

  private HoneConfig read(Consumer<String> notices) {
    List<String> overrides = new ArrayList<>(set);
    ConfigOptions.override(overrides, "warehouse", warehouse);
    HoneConfig config = HoneConfig.read(file, overrides, root.environment);
    config.notices().forEach(notices);
    return config;
  }
}
