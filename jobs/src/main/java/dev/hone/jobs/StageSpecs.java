package dev.hone.jobs;

import dev.hone.formats.model.BaseWeights;
import dev.hone.formats.model.NewTokens;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.packing.ExcessLength;
import dev.hone.packing.Guard;
import dev.hone.packing.PrepDataset;
import dev.hone.packing.PrepSpec;
import dev.hone.packing.RowSample;
import dev.hone.training.distributed.ModelSource;
import dev.hone.training.distributed.OtherModels;
import dev.hone.training.distributed.ReferenceSource;
import dev.hone.training.distributed.TeacherSource;
import dev.hone.training.model.Unfrozen;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.trainer.TrainArguments;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** A configuration in the words of each stage. Stages know nothing of the YAML. */
final class StageSpecs {
  private StageSpecs() {}

  /**
   * What to prepare.
   *
   * @param tokenizer the model's tokenizer files on this machine
   */
  static PrepSpec prep(HoneConfig config, Path tokenizer) {
    HoneConfig.Data data = config.data();
    return new PrepSpec(
        prepDatasets(data.datasets(), config),
        prepDatasets(data.testDatasets(), config),
        tokenizer,
        data.sequenceLen(),
        data.packing(),
        data.fileOrder(),
        data.minSampleLen(),
        data.valSetSize(),
        data.exactDeduplication(),
        data.allow().stream().map(Guard::named).collect(Collectors.toSet()),
        data.quality(),
        data.mix());
  }

  private static List<PrepDataset> prepDatasets(
      List<HoneConfig.Dataset> datasets, HoneConfig config) {
    return datasets.stream()
        .map(
            entry ->
                new PrepDataset(
                    entry.name(),
                    entry.chatTemplate(),
                    entry.maskRules(),
                    ExcessLength.named(
                        entry.excessLengthStrategy().orElse(config.data().excessLengthStrategy())),
                    entry
                        .numSamples()
                        .map(rows -> new RowSample(rows, config.training().seed()))
                        .orElse(RowSample.ALL)))
        .toList();
  }

  /** What to train: the base model, or an adapter on it. */
  static ModelSource model(HoneConfig config) {
    return new ModelSource(
        config.model().baseModel(),
        config.model().weights(),
        config.model().lora().map(lora -> new ModelSource.Adapter(lora.settings(), lora.from())),
        config.model().bf16(),
        config.training().gradientCheckpointing(),
        config.model().unfrozen(),
        config.model().newTokens());
  }

  /** What to measure: the base model, with the adapter that training would start from. */
  static ModelSource start(HoneConfig config) {
    return new ModelSource(
        config.model().baseModel(),
        config.model().weights(),
        config.model().lora().flatMap(HoneConfig.Lora::from).map(ModelSource.Adapter::trained),
        config.model().bf16(),
        0,
        Unfrozen.NONE,
        config.model().newTokens());
  }

  /**
   * What training made: an adapter on the base model, or a model of its own.
   *
   * @param peft whether it is an adapter
   */
  static ModelSource trained(HoneConfig config, boolean peft) {
    String output = config.output().outputDir();
    return peft
        ? new ModelSource(
            config.model().baseModel(),
            config.model().weights(),
            Optional.of(ModelSource.Adapter.trained(output)),
            config.model().bf16(),
            0,
            Unfrozen.NONE,
            config.model().newTokens())
        : asked(output, config);
  }

  /**
   * A reward model that judges answers.
   *
   * @param peft whether it is an adapter on the base model
   */
  static ModelSource rewards(HoneConfig config, String model, boolean peft) {
    return peft
        ? new ModelSource(
            config.model().baseModel(),
            BaseWeights.AS_STORED,
            Optional.of(ModelSource.Adapter.trained(model)),
            config.model().bf16(),
            0,
            Unfrozen.NONE,
            NewTokens.NONE)
        : asked(model, config);
  }

  /** What other models are asked. */
  static OtherModels others(HoneConfig config) {
    Optional<ReferenceSource> reference =
        config
            .training()
            .reference()
            .map(
                found ->
                    new ReferenceSource(
                        found
                            .model()
                            .map(model -> asked(model, config))
                            .orElseGet(() -> start(config)),
                        found.stored()));
    Optional<TeacherSource> teacher =
        config
            .training()
            .teacher()
            .map(found -> new TeacherSource(asked(found.model(), config), found.topK()));
    return new OtherModels(reference, teacher);
  }

  private static ModelSource asked(String model, HoneConfig config) {
    return new ModelSource(
        model,
        BaseWeights.AS_STORED,
        Optional.empty(),
        config.model().bf16(),
        0,
        Unfrozen.NONE,
        NewTokens.NONE);
  }

  /** How to train it. */
  static TrainArguments arguments(HoneConfig config) {
    HoneConfig.Training training = config.training();
    HoneConfig.Steps steps = config.steps();
    return new TrainArguments(
        training.microBatchSize(),
        training.gradientAccumulationSteps(),
        training.numEpochs(),
        training.maxSteps().isPresent()
            ? OptionalLong.of(training.maxSteps().getAsInt())
            : OptionalLong.empty(),
        training.learningRate(),
        training.lrScheduler(),
        training.warmupSteps(),
        training.warmupRatio(),
        OptimizerKind.named(training.optimizer()),
        training.weightDecay(),
        false,
        training.adamBeta1(),
        training.adamBeta2(),
        training.adamEpsilon(),
        training.learningRates(),
        training.averaging(),
        training.maxGradNorm(),
        training.onNan(),
        training.seed(),
        config.data().fileOrder(),
        steps.logging(),
        steps.eval(),
        steps.save(),
        steps.saveTotalLimit());
  }
}
