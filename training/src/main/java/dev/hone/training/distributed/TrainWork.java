package dev.hone.training.distributed;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.training.checkpoint.OutputDirectory;
import dev.hone.training.checkpoint.RunCheckpoints;
import dev.hone.training.checkpoint.Saved;
import dev.hone.training.collective.Exchange;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.Room;
import dev.hone.training.objective.ObjectiveSpec;
import dev.hone.training.parallel.Averaged;
import dev.hone.training.trainer.StepMetrics;
import dev.hone.training.trainer.TrainPlan;
import dev.hone.training.trainer.Trainer;
import dev.hone.training.trainer.TrainerListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A training run as a rank does it, from the base model to the written result. */
record TrainWork(
    String runId,
    TrainPlan plan,
    ObjectiveSpec objective,
    ModelSource.Portable source,
    References references,
    String outputDir,
    BestRule bestRule,
    List<ModelProbe> probes)
    implements RankWork {

  @Override
  public void run(RankContext context) {
    Place place = context.place();
    try (OutputDirectory output =
        OutputDirectory.at(outputDir, runId, place.hadoop(), place.directory())) {
      run(context, output);
    }
  }

  private void run(RankContext context, OutputDirectory output) {
    Segment segment = Segment.of(context, output);
    RankMachines machines = RankMachines.agree(context, source.bf16());
    context.send(
        new RankMessage.Met(List.copyOf(machines.all()), List.copyOf(machines.differences())));
    Iterable<List<long[]>> left = plan.steps(context.ranks().rank(), segment.step());
    ModelDirectory base = source.open(context.place(), objective.task());
    int maxTokens = maxTokens(context);
    References.Packs packs =
        references.ask(context, objective, left, sharing(context), maxTokens, base);
    Kernels kernels = source.kernels(context.place(), machines);
    Room room = room(context, kernels.threads());
    CausalLm model = source.load(base, context.place(), kernels, room, plan.seed());
    context.send(new RankMessage.Loaded(model.baseWeightBytes()));
    BestSoFar best = new BestSoFar(bestRule);
    ModelProbe.Subject subject =
        ModelProbe.Subject.of(
            model,
            base,
            packs.heldOut(),
            some -> objective.heldOut(model, some),
            context.ranks(),
            message -> {
              if (message instanceof RankMessage.Evaluated found) {
                best.add(found);
              }
              context.send(message);
            });
    ObjectiveSpec.Learning learning = objective.on(model, packs.train(), left, sharing(context));

    Steps steps = new Steps(context, learning, kernels, output, subject, best);
    long done = steps.run(segment);
    if (steps.trainer.isStopped()) {
      throw new RunStoppedException(
          "run_id '%s' was asked to stop, and has a checkpoint after step %d of %d; the same call with run_id: %s goes on from there"
              .formatted(runId, done, plan.totalSteps(), runId),
          done);
    }
    List<ModelProbe> last =
        probes.stream()
            .filter(probe -> !(steps.measuredAt == done && probe.everyEvalSteps()))
            .toList();
    if (context.isFirst()) {
      if (done < plan.totalSteps()) {
        context.send(new RankMessage.EndedEarly(done, steps.patience.reason()));
      }
      finish(context, output, subject, best, done, last);
    } else {
      last.forEach(probe -> probe.measureOnRank(subject, done));
    }
  }

  /**
   * The result is written first, so that whatever happens to the last evaluation does not lose it;
   * and told last, because only the evaluation tells whether it is the best of its run. If another
   * one is, and it is asked for, that one takes its place.
   *
   * @param unmeasured the probes that have not measured this model
   */
  private void finish(
      RankContext context,
      OutputDirectory output,
      ModelProbe.Subject subject,
      BestSoFar best,
      long last,
      List<ModelProbe> unmeasured) {
    Saved saved = output.publish(last, source.format(), subject.model()::save);
    boolean isBest = false;
    try {
      unmeasured.forEach(probe -> probe.measureOnRank(subject, last));
      isBest = best.written(last);
      if (bestRule.load() && !isBest && best.step().isPresent()) {
        saved = publishBest(output, best.step().getAsLong(), context.place());
        isBest = true;
      }
    } finally {
      context.send(new RankMessage.Written(saved, isBest, Instant.now()));
    }
  }

  private Saved publishBest(OutputDirectory output, long step, Place place) {
    RunCheckpoints checkpoints = output.checkpoints();
    RunCheckpoints.Found found =
        checkpoints
            .at(step)
            .orElseThrow(
                () ->
                    new HoneException(
                        "load_best_model_at_end: the best checkpoint, after %d steps, is gone from output_dir '%s', where the last model is now; nothing but hone may delete there while it runs"
                            .formatted(step, output.shown())));
    try (TaskFolder copy = new TaskFolder(Files.createTempDirectory(place.directory(), "best"))) {
      checkpoints.fetchModel(found, copy.path());
      return output.publish(step, source.format(), directory -> copyAll(copy.path(), directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copyAll(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Who has the rest of a batch. */
  private Exchange sharing(RankContext context) {
    return plan.ranks().averaging().sharing(context.ranks());
  }

  /** The longest row of a pass: a full micro-batch, a held-out pack, or what a probe reads. */
  private int maxTokens(RankContext context) {
    long microBatch = (long) context.train().longest() * plan.microBatchSize();
    return Math.toIntExact(Math.max(microBatch, measured(context)));
  }

  private int measured(RankContext context) {
    return Math.max(context.longestHeldOut(), ModelProbe.passTokens(probes));
  }

  /** The same; a micro-batch in parts where the objective lets it be cut. */
  private Room room(RankContext context, int threads) {
    return objective.isOfDocuments()
        ? Room.ofPacks(context.train().longest(), plan.microBatchSize(), threads)
            .andWhole(measured(context))
        : Room.whole(maxTokens(context));
  }

  /** The steps, and what happens between them. */
  private final class Steps implements TrainerListener {
    private final RankContext context;
    private final OutputDirectory output;
    private final ModelProbe.Subject subject;
    private final BestSoFar best;
    private final Patience patience = new Patience(bestRule);
    private final Trainer trainer;
    private long measuredAt;

    Steps(
        RankContext context,
        ObjectiveSpec.Learning learning,
        Kernels kernels,
        OutputDirectory output,
        ModelProbe.Subject subject,
        BestSoFar best) {
      this.best = best;
      this.context = context;
      this.output = output;
      this.subject = subject;
      this.trainer =
          new Trainer(plan, learning.objective(), kernels, learning.packs(), context.ranks(), this);
    }

    /** The model has been measured before its first step, or will be. */
    long run(Segment segment) {
      segment
          .begin(trainer, output, context.place())
          .ifPresent(
              copy -> {
                best.resume(
                    copy,
                    output.checkpoints().all().stream()
                        .map(RunCheckpoints.Found::step)
                        .collect(Collectors.toSet()));
                patience.resume(copy);
              });
      segment
          .checkpoint()
          .ifPresent(
              found -> {
                context.send(new RankMessage.Resumed(found.step(), found.path()));
                // In case that whoever wrote it could not say so any more.
                context.send(
                    new RankMessage.Written(
                        found.saved(),
                        best.step().equals(OptionalLong.of(found.step())),
                        Instant.now()));
              });
      if (segment.checkpoint().isEmpty()) {
        probes.forEach(probe -> probe.measureOnRank(subject, 0));
        best.requireMeasured();
      }
      context.send(new RankMessage.Started(trainer.stateBytes()));
      return trainer.run();
    }

    @Override
    public void beforeStep() {
      context.stopIfAsked();
    }

    @Override
    public boolean isAskedToStop() {
      return context.stop().getAsBoolean();
    }

    @Override
    public void onSkipped(long step, double loss, double gradNorm) {
      if (context.isFirst() || plan.ranks().averaging() instanceof Averaged.Parameters) {
        int rank = context.ranks().rank();
        context.sender().accept(new RankMessage.Skipped(step, rank, loss, gradNorm));
      }
    }

    @Override
    public void onMetrics(StepMetrics metrics) {
      context.send(new RankMessage.Metrics(metrics, Instant.now()));
    }

    @Override
    public void onEvaluate(long step, double epoch) {
      List<ModelProbe> now = probes.stream().filter(ModelProbe::everyEvalSteps).toList();
      if (now.stream().anyMatch(ModelProbe::shared)) {
        trainer.makeExact();
      }
      now.forEach(probe -> probe.measureOnRank(subject, step));
      measuredAt = step;
      if (context.isFirst()) {
        patience.evaluated(best.measured(step));
      }
    }

    /** Only the first rank measures. */
    @Override
    public boolean hasEnough() {
      return context.isFirst() && patience.isOver();
    }

    @Override
    public void onSave(long step, double epoch) {
      if (!context.isFirst()) {
        trainer.sendState();
        return;
      }
      boolean isBest = best.written(step);
      Saved saved =
          output.checkpoint(
              step,
              source.format(),
              plan.saveTotalLimit(),
              best.step(),
              directory -> {
                subject.model().save(directory);
                trainer.saveState(directory);
                best.save(directory);
                patience.save(directory);
              },
              path -> context.send(new RankMessage.Deleted(path)));
      context.send(new RankMessage.Written(saved, isBest, Instant.now()));
    }
  }
}
