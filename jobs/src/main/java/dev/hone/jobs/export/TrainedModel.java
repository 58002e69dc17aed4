package dev.hone.jobs.export;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.gguf.GgufModel;
import dev.hone.formats.model.peft.AdapterMerge;
import dev.hone.formats.model.peft.PeftAdapter;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.trainer.MachineKernels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What training wrote: a whole model, or an adapter with the model that it was trained on.
 *
 * @param directory of the whole model, or of the adapter's base model
 * @param adapter a PEFT directory
 */
record TrainedModel(ModelDirectory directory, Optional<Path> adapter) {

  /**
   * Opens it.
   *
   * @param base where the base model of an adapter is; empty: where the adapter says
   * @throws HoneException if it is neither, or cannot be used
   */
  static TrainedModel open(Path model, Optional<Path> base) {
    if (GgufModel.isGguf(model.toString())) {
      throw new HoneException(
          model
              + " is a GGUF file already; hone exports Hugging Face directories, see hone import");
    }
    if (!Files.exists(model.resolve(PeftAdapter.CONFIG))) {
      return whole(ModelDirectory.open(model));
    }
    Path found = AdapterMerge.base(model, base);
    return adapted(ModelDirectory.open(found), model);
  }

  /** A whole model. */
  static TrainedModel whole(ModelDirectory directory) {
    return new TrainedModel(directory, Optional.empty());
  }

  /** An adapter on a model. */
  static TrainedModel adapted(ModelDirectory base, Path adapter) {
    return new TrainedModel(PeftAdapter.baseOf(adapter, base), Optional.of(adapter));
  }

  /** The folder with its tokenizer. */
  Path tokenizer() {
    return directory.path();
  }

  /** Loads it to be asked. */
  CausalLm load(int maxTokens) {
    return CausalLm.load(
        directory,
        adapter.map(from -> LoraSpec.trained(from, directory)),
        MachineKernels.open(Runtime.getRuntime().availableProcessors()),
        maxTokens,
        0);
  }
}
