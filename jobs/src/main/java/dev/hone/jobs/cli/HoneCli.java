package dev.hone.jobs.cli;

import dev.hone.formats.HoneException;
import dev.hone.jobs.Version;
import dev.hone.jobs.quickstart.QuickstartCorpusCommand;
import dev.hone.jobs.quickstart.QuickstartReportCommand;
import dev.hone.training.distributed.RunStoppedException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * Parses a command line, runs the command, and turns what goes wrong into one line and a status.
 */
public final class HoneCli {
  private final PrintWriter out;
  private final PrintWriter err;
  private final Map<String, String> environment;

  /**
   * A command line with the given streams.
   *
   * @param environment what {@code ${NAME}} in a configuration resolves to
   */
  public HoneCli(PrintWriter out, PrintWriter err, Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.environment = Map.copyOf(environment);
  }

  /** Runs one command; returns 0, 1 after an error, 2 after a wrong call. */
  public int run(String... args) {
    return run(() -> {}, args);
  }

  /**
   * Runs one command if the machine will do.
   *
   * @param machine throws a {@link HoneException} if it will not; asked once the call is understood
   */
  public int run(Runnable machine, String... args) {
    try (Termination termination = Termination.listen(err)) {
      return run(termination, machine, args);
    }
  }

  private int run(Termination termination, Runnable machine, String... args) {
    CommandLine line = new CommandLine(new Root(environment, termination));
    line.setOut(out).setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((e, arguments) -> wrongCall(e));
    line.setExecutionExceptionHandler(
        (e, command, result) -> failed(termination.reason(e), result));
    line.setExecutionStrategy(
        result -> {
          boolean help = result.subcommands().stream().anyMatch(ParseResult::isUsageHelpRequested);
          if (result.hasSubcommand() && !help && !isDoctor(result)) {
            try {
              machine.run();
            } catch (HoneException e) {
              return failed(e, result);
            }
          }
          try {
            return new CommandLine.RunLast().execute(result);
          } catch (LinkageError e) {
            return failed(otherVersion(e), result);
          }
        });
    return line.execute(args);
  }

  /** Which looks at the machine itself, and at more of it. */
  private static boolean isDoctor(ParseResult result) {
    return result.subcommand().commandSpec().userObject() instanceof DoctorCommand;
  }

  /** Something that hone calls has gone, or has not been there yet. */
  private static HoneException otherVersion(LinkageError e) {
    return new HoneException(
        "%s: %s; a library here is not of the version that hone calls: 'hone doctor' says which Spark and Delta these are, docs/deploying.md which are tested"
            .formatted(e.getClass().getSimpleName(), e.getMessage()),
        e);
  }

  private int wrongCall(ParameterException e) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName(" ");
    err.println(name + ": " + oneLine(e.getMessage()) + "; see " + name + " --help");
    return CommandLine.ExitCode.USAGE;
  }

  private int failed(Exception e, ParseResult result) {
    boolean verbose = Root.verbose(result);
    if (e instanceof HoneException) {
      e.getMessage().lines().forEach(problem -> err.println("hone: " + problem));
    } else {
      String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      err.println(
          "hone: unexpected: "
              + e.getClass().getSimpleName()
              + ": "
              + oneLine(message)
              + (verbose ? "" : " (run with --verbose for more)"));
    }
    if (verbose) {
      e.printStackTrace(err);
    }
    return e instanceof RunStoppedException ? Termination.STATUS : CommandLine.ExitCode.SOFTWARE;
  }

  private static String oneLine(String text) {
    return text.lines().findFirst().orElse("").strip();
  }

  /** The command without a subcommand. */
  @Command(
      name = "hone",
      mixinStandardHelpOptions = true,
      versionProvider = HoneVersion.class,
      description = "Post-training of language models on Spark, Delta Lake and object storage.",
      subcommands = {
        ValidateCommand.class,
        PlanCommand.class,
        DoctorCommand.class,
        PreviewCommand.class,
        IngestCommand.class,
        PrepCommand.class,
        ExportPacksCommand.class,
        TrainCommand.class,
        RunCommand.class,
        EvalCommand.class,
        NightlyCommand.class,
        ModelsCommand.class,
        PromoteCommand.class,
        RollbackCommand.class,
        SqlCommand.class,
        CompareCommand.class,
        ReportCommand.class,
        TablesCommand.class,
        OptimizeCommand.class,
        VacuumCommand.class,
        ForgetCommand.class,
        ExportCommand.class,
        ImportCommand.class,
        MergeCommand.class,
        ChatCommand.class,
        BenchCommand.class,
        QuickstartCorpusCommand.class,
        QuickstartReportCommand.class,
        CommandLine.HelpCommand.class
      })
  static final class Root implements Callable<Integer> {
    final Map<String, String> environment;
    final Termination termination;

    @Option(
        names = "--verbose",
        scope = ScopeType.INHERIT,
        description = "Spark's log, and a stack trace after an error.")
    boolean verbose;

    @Spec CommandSpec spec;

    Root(Map<String, String> environment, Termination termination) {
      this.environment = environment;
      this.termination = termination;
    }

    static boolean verbose(ParseResult result) {
      return result.commandSpec().root().userObject() instanceof Root root && root.verbose;
    }

    @Override
    public Integer call() {
      throw new ParameterException(spec.commandLine(), "no command");
    }
  }

  /** {@code hone --version}. */
  static final class HoneVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"hone " + Version.current()};
    }
  }
}
