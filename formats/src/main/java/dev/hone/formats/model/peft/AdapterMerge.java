package dev.hone.formats.model.peft;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.NewDirectory;
import dev.hone.formats.model.Task;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.model.safetensors.ShardedWeights;
import dev.hone.formats.model.safetensors.ShardsWriter;
import dev.hone.formats.model.safetensors.TensorSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes one Hugging Face directory of a base model and an adapter. Every tensor keeps its type and
 * the file that it is in, and is in memory a piece at a time.
 */
public final class AdapterMerge {
  private AdapterMerge() {}

  /**
   * Merges.
   *
   * @param base the model the adapter was trained on; empty: the one that it names
   * @param dir does not exist yet, or is empty
   * @return the base model's directory
   * @throws HoneException if the two do not fit, or there is no base model; nothing is left behind
   */
  public static Path run(Path adapterDir, Optional<Path> base, Path dir) {
    AdapterConfig config = AdapterConfigReader.read(adapterDir.resolve(PeftAdapter.CONFIG));
    if (config.task() != Task.CAUSAL_LM) {
      throw new HoneException(
          adapterDir
              + " rates answers (task_type SEQ_CLS), and hone merges adapters of models that write; load it with PEFT");
    }
    Path found = base(adapterDir, base);
    ModelDirectory stored = ModelDirectory.open(found);
    ModelDirectory model = PeftAdapter.baseOf(adapterDir, stored);
    PeftAdapter adapter = PeftAdapter.open(adapterDir, model.tensors());
    MergedWeights weights = new MergedWeights(model.weights(), model.tensors(), adapter);
    NewDirectory.write(
        dir,
        partial -> {
          writeCompanions(stored, model, weights, partial);
          writeWeights(weights, ShardedWeights.open(found), partial);
          ModelDirectory.open(partial);
        });
    return found;
  }

  /**
   * The base model's directory.
   *
   * @param base the answer, if it is known
   * @throws HoneException if the adapter does not name one that is on this machine
   */
  public static Path base(Path adapterDir, Optional<Path> base) {
    return base.orElseGet(
        () -> named(adapterDir, AdapterConfigReader.read(adapterDir.resolve(PeftAdapter.CONFIG))));
  }

  private static Path named(Path adapterDir, AdapterConfig config) {
    return config
        .baseModel()
        .map(Path::of)
        .filter(Files::isDirectory)
        .orElseThrow(
            () ->
                new HoneException(
                    config
                        .baseModel()
                        .map(
                            name ->
                                "%s names its base model '%s', which is no directory on this machine; say where it is with --base-model"
                                    .formatted(adapterDir, name))
                        .orElse(
                            adapterDir
                                + " does not name its base model; say where it is with --base-model")));
  }

  /**
   * Everything but the weights.
   *
   * @param model as the adapter knows it, perhaps with more tokens than are stored
   */
  private static void writeCompanions(
      ModelDirectory stored, ModelDirectory model, MergedWeights weights, Path dir) {
    stored.writeCompanions(dir, weights.info(model.tensors().get(0).name()).dtype());
    Path file = dir.resolve("config.json");
    ObjectNode json = JsonFile.read(file);
    if (weights.parted()) {
      json.put("tie_word_embeddings", false);
    }
    if (model.config().vocabSize() > stored.config().vocabSize()) {
      json.put("vocab_size", model.config().vocabSize());
      model.writeTokenizer(dir);
    }
    JsonFile.write(file, json);
  }

  private static void writeWeights(MergedWeights weights, ShardedWeights stored, Path dir) {
    List<TensorSource> tensors =
        weights.names().stream().map(name -> TensorSource.copyOf(weights, name)).toList();
    ShardsWriter.write(
        dir,
        name -> stored.file(weights.source(name)),
        tensor -> weights.info(tensor.name()).dtype(),
        tensors);
  }
}
