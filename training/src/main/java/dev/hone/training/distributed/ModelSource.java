package dev.hone.training.distributed;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.BaseWeights;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.NewTokens;
import dev.hone.formats.model.Task;
import dev.hone.formats.model.gguf.GgufModel;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.ingest.tables.Failures;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.model.Room;
import dev.hone.training.model.ScoreStart;
import dev.hone.training.model.Unfrozen;
import dev.hone.training.trainer.Bf16Setting;
import dev.hone.training.trainer.MachineKernels;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;

/**
 * Where a rank gets its model. Locations are paths of the rank's machine, or of any Hadoop file
 * system, from which they are copied to a temporary directory.
 *
 * @param baseModel {@code base_model}: a Hugging Face directory or a GGUF file
 * @param weights how the base model's weights are held
 * @param adapter what adapter to train or to apply; empty: none, all weights are trained
 * @param bf16 how it is computed
 * @param checkpointing blocks that are computed again together in the backward pass; 0: none
 * @param unfrozen which weights are trained without an adapter
 * @param newTokens tokens that the base model gets beside its own
 */
public record ModelSource(
    String baseModel,
    BaseWeights weights,
    Optional<Adapter> adapter,
    Bf16Setting bf16,
    int checkpointing,
    Unfrozen unfrozen,
    NewTokens newTokens) {

  /** A model all of whose weights are trained, if there is no adapter. */
  public ModelSource(
      String baseModel,
      BaseWeights weights,
      Optional<Adapter> adapter,
      Bf16Setting bf16,
      int checkpointing) {
    this(baseModel, weights, adapter, bf16, checkpointing, Unfrozen.ALL, NewTokens.NONE);
  }

  /** A model that is computed in f32, and keeps its activations. */
  public ModelSource(String baseModel, Optional<Adapter> adapter) {
    this(baseModel, BaseWeights.AS_STORED, adapter, Bf16Setting.FALSE, 0);
  }

  /**
   * A LoRA adapter, as {@link LoraSpec} describes it.
   *
   * @param settings empty: those of the adapter to start from
   * @param from {@code lora_model_dir}: location of a PEFT directory to start from
   */
  public record Adapter(Optional<LoraSettings> settings, Optional<String> from) {

    /** Plain LoRA. */
    public Adapter(
        int r, double alpha, double dropout, List<String> targetModules, Optional<String> from) {
      this(Optional.of(LoraSettings.of(r, alpha, dropout, targetModules)), from);
    }

    /**
     * The adapter on a model.
     *
     * @param start the directory to start from, on this machine
     */
    public LoraSpec spec(ModelDirectory base, Optional<Path> start) {
      return settings
          .map(given -> new LoraSpec(given.forTask(base.task()), start))
          .orElseGet(() -> LoraSpec.trained(start.orElseThrow(), base));
    }

    /** An adapter as it was trained, whatever its settings are. */
    public static Adapter trained(String from) {
      return new Adapter(Optional.empty(), Optional.of(from));
    }
  }

  /** The model as it goes to a task: {@code Optional} is not serialisable. */
  Portable portable() {
    return new Portable(
        baseModel,
        weights,
        adapter.isPresent(),
        adapter.flatMap(Adapter::settings).stream().toList(),
        adapter.flatMap(Adapter::from).orElse(""),
        bf16,
        checkpointing,
        unfrozen,
        newTokens);
  }

  /**
   * See {@link ModelSource}.
   *
   * @param settings of the adapter: one, or none if they are those of the adapter to start from
   */
  record Portable(
      String baseModel,
      BaseWeights weights,
      boolean lora,
      List<LoraSettings> settings,
      String from,
      Bf16Setting bf16,
      int checkpointing,
      Unfrozen unfrozen,
      NewTokens newTokens)
      implements Serializable {

    /** The arithmetic of a task. */
    Kernels kernels(Place place) {
      return MachineKernels.open(place.threads(), bf16);
    }

    /** The arithmetic of a rank: bf16 where it suits all of them, or none. */
    Kernels kernels(Place place, RankMachines machines) {
      boolean unlike = bf16 == Bf16Setting.AUTO && !machines.gainByBf16();
      return MachineKernels.open(place.threads(), unlike ? Bf16Setting.FALSE : bf16);
    }

    /** The output format of a model that is trained from this source. */
    String format() {
      return lora ? "peft" : "hf";
    }

    /** The base model's directory on this machine; a copy has the name of the original. */
    ModelDirectory open(Place place, Task task) {
      Path copy = place.directory().resolve(GgufModel.isGguf(baseModel) ? "base.gguf" : "base");
      Path path = local(baseModel, "base_model", place.hadoop(), copy);
      ModelDirectory directory = weights.open(path, place.directory().resolve("tokenizer"), task);
      ModelDirectory named = path.equals(copy) ? directory.named(baseModel) : directory;
      return newTokens.isEmpty()
          ? named
          : newTokens.grow(named, place.directory().resolve("new-tokens"));
    }

    /** Loads the model. */
    CausalLm load(ModelDirectory opened, Place place, Kernels kernels, Room room, long seed) {
      ModelDirectory directory = ScoreStart.on(opened, seed);
      Optional<Path> start =
          from.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  local(
                      from,
                      "lora_model_dir",
                      place.hadoop(),
                      place.directory().resolve("adapter")));
      Optional<LoraSpec> spec =
          lora
              ? Optional.of(
                  new Adapter(settings.stream().findFirst(), Optional.empty())
                      .spec(directory, start))
              : Optional.empty();
      return CausalLm.load(directory, spec, unfrozen, kernels, room, seed, checkpointing);
    }
  }

  private static Path local(String location, String key, Configuration hadoop, Path copy) {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(location);
    try {
      FileSystem files = path.getFileSystem(hadoop);
      if (files instanceof LocalFileSystem) {
        return Path.of(files.makeQualified(path).toUri().getPath());
      }
      files.copyToLocalFile(false, path, new org.apache.hadoop.fs.Path(copy.toUri()), true);
      if (!Files.isDirectory(copy) && !GgufModel.isGguf(location)) {
        throw new HoneException(key + " '" + location + "' is a file; name a model directory");
      }
      return copy;
    } catch (IOException e) {
      throw new HoneException(
          key
              + " '"
              + location
              + "' cannot be read: "
              + Failures.firstLine(e)
              + "; check the address",
          e);
    }
  }
}
