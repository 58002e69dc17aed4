package dev.hone.training.trainer;

import dev.hone.training.collective.Collective;
import dev.hone.training.collective.RingOptions;
import dev.hone.training.collective.Rings;
import dev.hone.training.collective.ThreadTeam;
import dev.hone.training.data.PackSource;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.Parameter;
import dev.hone.training.objective.ObjectiveSpec;
import dev.hone.training.parallel.Ranks;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;

/** A run of the trainer on ranks that are threads, each with a model of its own. */
final class RankedRun {
  private final ObjectiveSpec objective;
  private final Models models;
  private final PackSource packs;
  private Optional<Path> from = Optional.empty();
  private Optional<Path> to = Optional.empty();
  private Supplier<Kernels> kernels = () -> new CpuKernels(1);
  private Optional<RingOptions> ring = Optional.empty();

  /** Makes the model of a rank. */
  @FunctionalInterface
  interface Models {
    CausalLm of(int rank, Kernels kernels) throws IOException;
  }

  /** What a rank has in the end. */
  record Result(List<StepMetrics> metrics, List<float[]> values, long stateBytes, long bytesSent) {}

  RankedRun(ObjectiveSpec objective, Models models, PackSource packs) {
    this.objective = objective;
    this.models = models;
    this.packs = packs;
  }

  /** The same on kernels that add up in one order, compiled or not. */
  RankedRun toTheLastBit() {
    RankedRun run = copy();
    run.kernels = () -> new ReferenceKernels(DataType.FLOAT);
    return run;
  }

  /** The same on ranks that talk through sockets. */
  RankedRun over(RingOptions options) {
    RankedRun run = copy();
    run.ring = Optional.of(options);
    return run;
  }

  /** The same that goes on from the state in a folder. */
  RankedRun from(Path folder) {
    RankedRun run = copy();
    run.from = Optional.of(folder);
    return run;
  }

  /** The same that saves its state and its parameters at every checkpoint. */
  RankedRun savingTo(Path folder) {
    RankedRun run = copy();
    run.to = Optional.of(folder);
    return run;
  }

  private RankedRun copy() {
    RankedRun run = new RankedRun(objective, models, packs);
    run.kernels = kernels;
    run.ring = ring;
    run.from = from;
    run.to = to;
    return run;
  }

  List<Result> run(TrainArguments arguments, Ranks ranks) throws Exception {
    TrainPlan plan = TrainPlan.of(arguments, packs.size(), ranks);
    return ring.isPresent()
        ? Rings.run(ranks.size(), ring.get(), member -> new Rank(plan, member).run())
        : ThreadTeam.run(ranks.size(), member -> new Rank(plan, member).run());
  }

  private final class Rank implements TrainerListener {
    private final Kernels kernels = RankedRun.this.kernels.get();
    private final Collective ranks;
    private final CausalLm model;
    private final Trainer trainer;
    private final List<StepMetrics> metrics = new ArrayList<>();

    Rank(TrainPlan plan, Collective ranks) throws IOException {
      this.ranks = ranks;
      this.model = models.of(ranks.rank(), kernels);
      ObjectiveSpec.Learning learning =
          objective.on(
              model, packs, plan.steps(ranks.rank(), 0), plan.ranks().averaging().sharing(ranks));
      this.trainer =
          new Trainer(plan, learning.objective(), kernels, learning.packs(), ranks, this);
    }

    Result run() {
      from.ifPresent(trainer::resume);
      trainer.run();
      List<float[]> values =
          model.parameters().stream().map(Parameter::value).map(this::values).toList();
      return new Result(metrics, values, trainer.stateBytes(), ranks.bytesSent());
    }

    private float[] values(Tensor tensor) {
      float[] values = new float[Math.toIntExact(tensor.length())];
      kernels.read(tensor, 0, FloatBuffer.wrap(values));
      return values;
    }

    @Override
    public void onMetrics(StepMetrics reported) {
      metrics.add(reported);
    }

    @Override
    public void onSave(long step, double epoch) {
      to.ifPresent(
          folder -> {
            if (ranks.rank() == 0) {
              trainer.saveState(folder);
            } else {
              trainer.sendState();
            }
          });
    }
  }
}
