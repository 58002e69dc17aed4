package dev.hone.jobs.ui;

import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.ui.SparkUI;
import org.apache.spark.ui.SparkUITab;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The tab "Training" of the Spark UI, which shows the runs of a session while they go on. A session
 * without a UI has none, and nothing that goes wrong here ends a run.
 *
 * <pre>{@code
 * LiveRun run = TrainingTab.follow(spark, "nightly-7", address -> {});
 * TrainStage.run(warehouse, spec, run);
 * run.finished();
 * }</pre>
 */
public final class TrainingTab extends SparkUITab {
  static final String PREFIX = "training";

  private final LiveRuns runs = new LiveRuns();

  private TrainingTab(SparkUI ui) {
    super(ui, PREFIX);
    attachPage(new TrainingPage(this));
  }

  /** The word in the header. */
  @Override
  public String name() {
    return "Training";
  }

  LiveRuns runs() {
    return runs;
  }

  /**
   * Shows a run from now on.
   *
   * @param address is told where, if the session has a UI
   * @return what has to be told of the run
   */
  public static LiveRun follow(SparkSession spark, String runId, Consumer<String> address) {
    LiveRun run = new LiveRun(runId);
    shown(spark)
        .ifPresent(
            tab -> {
              tab.runs.add(run);
              address.accept(spark.sparkContext().uiWebUrl().get() + "/" + PREFIX + "/");
            });
    return run;
  }

  /** The session's tab, made for the first run. */
  private static Optional<TrainingTab> shown(SparkSession spark) {
    try {
      if (spark.sparkContext().ui().isEmpty()) {
        return Optional.empty();
      }
      SparkUI ui = spark.sparkContext().ui().get();
      synchronized (TrainingTab.class) {
        Optional<TrainingTab> there =
            CollectionConverters.asJava(ui.getTabs()).stream()
                .filter(TrainingTab.class::isInstance)
                .map(TrainingTab.class::cast)
                .findFirst();
        if (there.isEmpty()) {
          TrainingTab tab = new TrainingTab(ui);
          ui.attachTab(tab);
          return Optional.of(tab);
        }
        return there;
      }
    } catch (RuntimeException | LinkageError e) {
      System.getLogger(TrainingTab.class.getName())
          .log(System.Logger.Level.DEBUG, "the Spark UI takes no tab", e);
      return Optional.empty();
    }
  }
}
