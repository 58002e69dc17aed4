package dev.hone.training.trainer;

import dev.hone.formats.HoneException;
import dev.hone.training.checkpoint.ParameterFile;
import dev.hone.training.checkpoint.Progress;
import dev.hone.training.checkpoint.TrainerState;
import dev.hone.training.collective.Alone;
import dev.hone.training.collective.Collective;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.objective.Objective;
import dev.hone.training.parallel.RankBatch;
import dev.hone.training.parallel.RankMode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Trains: reads packs, steps, reports. One optimizer step is a global batch of {@code
 * gradient_accumulation_steps} micro-batches of every rank; its loss is the objective's for all of
 * them together, so that the same packs give the same step however they are cut into micro-batches
 * and dealt to ranks. Every rank has a trainer, and reads only what it learns from.
 */
public final class Trainer {
  private final TrainPlan plan;
  private final Objective objective;
  private final Kernels kernels;
  private final PackSource packs;
  private final Collective ranks;
  private final TrainerListener listener;
  private final RankMode mode;
  private final StepGuard guard;
  private long done;
  private MetricWindow window;
  private boolean evaluationIsDue;
  private boolean checkpointIsDue;
  private boolean stops;
  private boolean ends;

  /** A trainer of the only rank, at step 0. */
  public Trainer(
      TrainPlan plan,
      Objective objective,
      Kernels kernels,
      PackSource packs,
      TrainerListener listener) {
    this(plan, objective, kernels, packs, new Alone(), listener);
  }

  /** A trainer of one of many ranks, at step 0; all make one with the same plan and parameters. */
  public Trainer(
      TrainPlan plan,
      Objective objective,
      Kernels kernels,
      PackSource packs,
      Collective ranks,
      TrainerListener listener) {
    if (packs.size() != plan.packs()) {
      throw new IllegalArgumentException(
          "the plan is for " + plan.packs() + " packs, the source has " + packs.size());
    }
    if (ranks.size() != plan.ranks().size()) {
      throw new IllegalArgumentException(
          "the plan is for " + plan.ranks().size() + " ranks, there are " + ranks.size());
    }
    this.plan = plan;
    this.objective = objective;
    this.kernels = kernels;
    this.packs = packs;
    this.ranks = ranks;
    this.listener = listener;
    this.mode =
        plan.ranks().averaging().with(objective.parameters(), plan.optimizer(), kernels, ranks);
    this.guard = new StepGuard(plan.onNan());
    this.window = new MetricWindow(plan, ranks, 0, 0);
  }

  /** Bytes of the optimizer's state on this rank: {@code optimizer_state_bytes}. */
  public long stateBytes() {
    return mode.stateBytes();
  }

  /**
   * Writes what another trainer needs to go on from here, beside the model. Called on the first
   * rank between two steps, while all others {@link #sendState}.
   *
   * @param directory the checkpoint's
   */
  public void saveState(Path directory) {
    Progress progress =
        new Progress(
            done,
            plan.epochAfter(done),
            window.totalTokens(),
            window.skippedSteps(),
            plan.seed(),
            ranks.size());
    TrainerState.write(directory, progress, mode.state(ranks.size()), kernels, ranks);
    ParameterFile.write(directory, objective.parameters(), kernels);
  }

  /** Gives all ranks the same parameters, to the last bit; called on all between two steps. */
  public void makeExact() {
    mode.makeExact();
  }

  /** Gives the first rank what it writes in {@link #saveState}. */
  public void sendState() {
    window.totalTokens();
    TrainerState.send(mode.state(ranks.size()), kernels, ranks);
  }

  /**
   * Goes on where another trainer was when it saved its state, whatever number of ranks it had, and
   * with its parameters. Called on all ranks.
   *
   * @param directory the checkpoint's
   * @throws HoneException if the state cannot be read, or is for another optimizer, other
   *     parameters or another seed
   */
  public void resume(Path directory) {
    Progress progress = TrainerState.progress(directory);
    if (progress.seed() != plan.seed()) {
      throw new HoneException(
          "%s was saved with seed %d, and seed is %d: the run would read other packs than those that are left; set seed: %d"
              .formatted(directory, progress.seed(), plan.seed(), progress.seed()));
    }
    TrainerState.restore(directory, mode.state(progress.ranks()), kernels, ranks);
    ParameterFile.read(directory, objective.parameters(), kernels);
    mode.resumeAt(progress.step());
    done = progress.step();
    window = new MetricWindow(plan, ranks, progress.tokens(), progress.skipped());
  }

  /**
   * Does every step of the plan that is left, or fewer if a listener has enough, and leaves the
   * weights that are its result; or stops at a checkpoint, if a listener is asked to. All ranks do
   * the same.
   *
   * @return steps done; {@link #isStopped} says whether some are left to do
   * @throws HoneException if the loss or the gradient is not finite and {@code on_nan} does not
   *     skip it, or the first gradient is zero, or another rank is lost
   */
  public long run() {
    ends = anyRank(listener.hasEnough());
    while (done < plan.totalSteps() && !stops && !ends) {
      listener.beforeStep();
      long start = System.nanoTime();
      long called = ranks.nanos();
      long beside = mode.besideNanos();
      RankBatch batch = batch();
      Optional<RankMode.Passed> passed = mode.pass(objective, batch, plan.maxGradNorm());
      double learningRate = plan.schedule().at(done);
      Optional<RankMode.Passed> taken = passed.filter(found -> takes(done + 1, found));
      if (taken.isPresent() || passed.isEmpty()) {
        mode.step(learningRate, done + 1 == plan.totalSteps());
      } else {
        mode.skip(done + 1 == plan.totalSteps());
      }
      done++;
      long talked = ranks.nanos() - called;
      long waited = talked - (mode.besideNanos() - beside);
      window.add(batch, taken, learningRate, System.nanoTime() - start, talked, waited);
      report();
    }
    if (!stops) {
      mode.finish();
    }
    return done;
  }

  /** Whether it stopped at a checkpoint that another run is to go on from. */
  public boolean isStopped() {
    return stops;
  }

  private boolean takes(long step, RankMode.Passed found) {
    boolean taken = guard.takes(step, found);
    if (!taken) {
      window.skip();
      listener.onSkipped(step, found.loss().loss(), found.gradNorm());
    }
    return taken;
  }

  /** A checkpoint ends a line of metrics, so that a run that goes on from it tells the same. */
  private void report() {
    boolean last = done == plan.totalSteps();
    evaluationIsDue |= plan.evalSteps() > 0 && done % plan.evalSteps() == 0;
    checkpointIsDue |= plan.saveSteps() > 0 && done % plan.saveSteps() == 0;
    boolean together = mode.isTogether();
    stops = together && !last && anyRank(listener.isAskedToStop());
    checkpointIsDue |= stops;
    boolean told = last || done % plan.loggingSteps() == 0 || checkpointIsDue && together;
    if (told) {
      tell();
    }
    if (!together) {
      return;
    }
    if (evaluationIsDue && !last) {
      listener.onEvaluate(done, plan.epochAfter(done));
      ends = anyRank(listener.hasEnough());
      if (ends && !told) {
        tell();
      }
    }
    if (checkpointIsDue) {
      mode.makeExact();
      listener.onSave(done, plan.epochAfter(done));
    }
    evaluationIsDue = false;
    checkpointIsDue = false;
  }

  private void tell() {
    listener.onMetrics(window.close(done, mode.measured()));
  }

  private boolean anyRank(boolean mine) {
    return ranks.sums(mine ? 1 : 0)[0] > 0;
  }

  private RankBatch batch() {
    TrainPlan.Part part = plan.partOfStep(done, ranks.rank());
    List<PackedRow> microBatches =
        part.packs().stream()
            .map(numbers -> PackedRow.concat(Arrays.stream(numbers).mapToObj(packs::read).toList()))
            .toList();
    long before = done * plan.microBatchesOfFullStep() + part.first();
    return new RankBatch(microBatches, i -> dropoutSeed(before + i));
  }

  /**
   * Differs for every forward pass of a run, and depends on nothing but the seed and the number of
   * its micro-batch.
   */
  private long dropoutSeed(long microBatch) {
    return plan.seed() + 31 * (microBatch + 1);
  }
}
