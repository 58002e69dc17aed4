package dev.hone.training.plan;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Task;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Precision;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.model.StepFlops;
import dev.hone.training.model.Unfrozen;
import dev.hone.training.optimizer.Averaging;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.optimizer.OptimizerSettings;
import dev.hone.training.parallel.Ranks;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a model is trained, as far as memory and arithmetic depend on it.
 *
 * @param model its weights are not read
 * @param adapter what is trained; empty: all weights
 * @param optimizer whose state is held
 * @param precision what operands of products are stored in
 * @param sequenceLength {@code sequence_len}, tokens of a row
 * @param microBatchSize {@code micro_batch_size}, rows of a pass
 * @param checkpointing {@code gradient_checkpointing}, blocks that are computed again together; 0:
 *     none
 * @param unfrozen which weights are trained without an adapter
 * @param averaged whether an average of the trained weights is kept, {@code ema_decay}
 * @param ranks that train it together, each with all of it but the optimizer's state
 */
public record TrainingSetup(
    ModelDirectory model,
    Optional<LoraSpec> adapter,
    OptimizerKind optimizer,
    Precision precision,
    int sequenceLength,
    int microBatchSize,
    int checkpointing,
    Unfrozen unfrozen,
    boolean averaged,
    Ranks ranks) {

  /** On one rank; without an adapter all weights are trained. */
  public TrainingSetup(
      ModelDirectory model,
      Optional<LoraSpec> adapter,
      OptimizerKind optimizer,
      Precision precision,
      int sequenceLength,
      int microBatchSize,
      int checkpointing) {
    this(
        model,
        adapter,
        optimizer,
        precision,
        sequenceLength,
        microBatchSize,
        checkpointing,
        Unfrozen.ALL,
        false,
        Ranks.ONE);
  }

  /** Checks the numbers. */
  public TrainingSetup {
    if (sequenceLength < 2 || microBatchSize < 1 || checkpointing < 0) {
      throw new HoneException(
          "training needs rows of at least 2 tokens, 1 row and no negative checkpointing, not %d, %d and %d"
              .formatted(sequenceLength, microBatchSize, checkpointing));
    }
    if ((long) sequenceLength * microBatchSize > Integer.MAX_VALUE) {
      throw new HoneException(
          "%d rows of %d tokens are more than one pass can have; lower micro_batch_size"
              .formatted(microBatchSize, sequenceLength));
    }
  }

  /** Tokens of a pass. */
  public int tokens() {
    return sequenceLength * microBatchSize;
  }

  /** A full pass: every row is one document, and every token but its first has a loss. */
  public PackedRow row() {
    float[] weights = new float[tokens()];
    int[] starts = new int[microBatchSize];
    Arrays.fill(weights, 1);
    for (int i = 0; i < microBatchSize; i++) {
      starts[i] = i * sequenceLength;
      weights[starts[i]] = 0;
    }
    return new PackedRow(new int[tokens()], weights, starts);
  }

  /** What such a pass has to compute. */
  public StepFlops flops() {
    int[] documents = new int[microBatchSize];
    Arrays.fill(documents, sequenceLength);
    return StepFlops.of(
        model.config(),
        adapter
            .map(spec -> OptionalInt.of(spec.settings().ranks().r()))
            .orElse(OptionalInt.empty()),
        documents,
        model.task() == Task.SEQ_CLS ? 0 : microBatchSize * (sequenceLength - 1));
  }

  /** The same of a model whose weights are held in another way. */
  public TrainingSetup withModel(ModelDirectory other) {
    return new TrainingSetup(
        other,
        adapter,
        optimizer,
        precision,
        sequenceLength,
        microBatchSize,
        checkpointing,
        unfrozen,
        averaged,
        ranks);
  }

  /** The same with an adapter. */
  public TrainingSetup withAdapter(LoraSpec other) {
    return new TrainingSetup(
        model,
        Optional.of(other),
        optimizer,
        precision,
        sequenceLength,
        microBatchSize,
        checkpointing,
        unfrozen,
        averaged,
        ranks);
  }

  /** The same with another optimizer. */
  public TrainingSetup withOptimizer(OptimizerKind other) {
    return new TrainingSetup(
        model,
        adapter,
        other,
        precision,
        sequenceLength,
        microBatchSize,
        checkpointing,
        unfrozen,
        averaged,
        ranks);
  }

  /** The same in another precision. */
  public TrainingSetup withPrecision(Precision other) {
    return new TrainingSetup(
        model,
        adapter,
        optimizer,
        other,
        sequenceLength,
        microBatchSize,
        checkpointing,
        unfrozen,
        averaged,
        ranks);
  }

  /** The same with so many rows a pass. */
  public TrainingSetup withMicroBatchSize(int rows) {
    return new TrainingSetup(
        model,
        adapter,
        optimizer,
        precision,
        sequenceLength,
        rows,
        checkpointing,
        unfrozen,
        averaged,
        ranks);
  }

  /** The same with other checkpointing. */
  public TrainingSetup withCheckpointing(int blocks) {
    return new TrainingSetup(
        model,
        adapter,
        optimizer,
        precision,
        sequenceLength,
        microBatchSize,
        blocks,
        unfrozen,
        averaged,
        ranks);
  }

  /** The same with an average of the trained weights. */
  public TrainingSetup withAverage() {
    return new TrainingSetup(
        model,
        adapter,
        optimizer,
        precision,
        sequenceLength,
        microBatchSize,
        checkpointing,
        unfrozen,
        true,
        ranks);
  }

  /** The same by other ranks. */
  public TrainingSetup withRanks(Ranks others) {
    return new TrainingSetup(
        model,
        adapter,
        optimizer,
        precision,
        sequenceLength,
        microBatchSize,
        checkpointing,
        unfrozen,
        averaged,
        others);
  }

  /** The optimizer, with constants that no memory depends on. */
  public OptimizerSettings optimizerSettings() {
    return new OptimizerSettings(optimizer, 0.9, 0.999, 1e-8, 0, false)
        .with(averaged ? new Averaging(0.999, 0, 1) : Averaging.NONE);
  }
}
