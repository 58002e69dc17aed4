package dev.hone.training.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.IoProblem;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.model.safetensors.SafetensorsReader;
import dev.hone.formats.model.safetensors.SafetensorsWriter;
import dev.hone.training.collective.Collective;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.optimizer.StateTensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a checkpoint has besides the model, in its folder {@value #FOLDER}: {@code state.json} with
 * the position, and {@code optimizer.safetensors} with the optimizer's state as the optimizer names
 * it, such as {@code <name>.exp_avg}: floats in F32, codes in U8. A folder of its own, because
 * programs that load a model take every safetensors file beside its config for weights.
 *
 * <p>However many ranks hold the state, the file has whole tensors; so any number of ranks can take
 * it up, each reading what it will hold.
 */
public final class TrainerState {
  static final String FOLDER = "trainer";

  private static final String STATE = "state.json";
  private static final String OPTIMIZER = "optimizer.safetensors";

  /** Values read at a time. */
  private static final int PIECE = 1 << 18;

  private TrainerState() {}

  /**
   * Writes the state that all ranks hold together. Called on the first rank; all others call {@link
   * #send} at the same time.
   *
   * @param directory the checkpoint's
   * @param mine what this rank holds
   * @throws HoneException if it cannot be written, or a rank is lost
   */
  public static void write(
      Path directory,
      Progress progress,
      List<StateTensor> mine,
      Kernels kernels,
      Collective ranks) {
    Path folder = directory.resolve(FOLDER);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new HoneException(folder + " cannot be written: " + IoProblem.of(e), e);
    }
    ObjectNode state = JsonFile.object();
    state.put("global_step", progress.step()).put("epoch", progress.epoch());
    state.put("num_tokens", progress.tokens()).put("seed", progress.seed());
    state.put("skipped_steps", progress.skipped());
    state.put("ranks", progress.ranks());
    JsonFile.write(folder.resolve(STATE), state);

    StateOfRanks all = new StateOfRanks(mine, kernels, ranks);
    SafetensorsWriter.write(
        folder.resolve(OPTIMIZER),
        source -> dtype(all.tensors().get(source.name())),
        all.sources());
    all.close();
  }

  /** Gives the first rank what it writes. */
  public static void send(List<StateTensor> mine, Kernels kernels, Collective ranks) {
    new StateOfRanks(mine, kernels, ranks).serve();
  }

  /**
   * How far the run had come that wrote the state.
   *
   * @param directory the checkpoint's
   * @throws HoneException if there is none, or it is not what {@link #write} wrote
   */
  public static Progress progress(Path directory) {
    Path file = directory.resolve(FOLDER).resolve(STATE);
    JsonNode state = JsonFile.read(file);
    return new Progress(
        whole(file, state, "global_step"),
        state.path("epoch").doubleValue(),
        whole(file, state, "num_tokens"),
        state.path("skipped_steps").asLong(0),
        whole(file, state, "seed"),
        Math.toIntExact(whole(file, state, "ranks")));
  }

  private static long whole(Path file, JsonNode state, String key) {
    JsonNode value = state.path(key);
    if (!value.canConvertToLong()) {
      throw new HoneException(
          "%s has no whole number %s, so a run cannot go on from it; name a checkpoint of this version"
              .formatted(file, key));
    }
    return value.longValue();
  }

  /**
   * Fills the tensors of an optimizer with what {@link #write} saved, to the last bit, on every
   * rank at the same time. How many ranks there were then does not matter; what a rank had for
   * itself that there is no longer is left.
   *
   * @param directory the checkpoint's
   * @param mine what this rank holds, of an optimizer of the same kind and for the same parameters
   *     as the one that was saved
   * @throws HoneException if the state is that of another optimizer or of other parameters, or
   *     cannot be read
   */
  public static void restore(
      Path directory, List<StateTensor> mine, Kernels kernels, Collective ranks) {
    SafetensorsReader saved = SafetensorsReader.open(directory.resolve(FOLDER).resolve(OPTIMIZER));
    requireSame(saved, HeldState.gather(mine, ranks), ranks.size());
    FloatBuffer piece = FloatBuffer.allocate(PIECE);
    for (StateTensor state : mine) {
      long length = state.tensor().length();
      for (long offset = 0; offset < length; offset += PIECE) {
        piece.clear().limit((int) Math.min(PIECE, length - offset));
        if (state.codes()) {
          saved.readBytes(state.name(), state.from() + offset, piece);
        } else {
          saved.readFloats(state.name(), state.from() + offset, piece);
        }
        kernels.write(piece.flip(), state.tensor(), offset);
      }
    }
  }

  private static Dtype dtype(HeldState state) {
    return state.codes() ? Dtype.U8 : Dtype.F32;
  }

  private static void requireSame(
      SafetensorsReader saved, Map<String, HeldState> tensors, int ranks) {
    List<String> problems = new ArrayList<>();
    tensors.forEach(
        (name, state) -> {
          if (!saved.names().contains(name)) {
            problems.add("no " + name);
          } else {
            TensorInfo info = saved.info(name);
            if (!Arrays.equals(info.shape(), state.shape()) || info.dtype() != dtype(state)) {
              problems.add(name + " " + info + " instead of " + TensorInfo.text(state.shape()));
            }
          }
        });
    saved.names().stream()
        .filter(name -> !tensors.containsKey(name) && !isOfMore(name, ranks))
        .forEach(name -> problems.add(name + ", which this optimizer does not have"));
    if (!problems.isEmpty()) {
      String first = problems.get(0);
      throw new HoneException(
          "%s has %s%s: it is the state of another optimizer, or for other parameters; go on with the optimizer, model and adapter that it was saved with"
              .formatted(
                  saved.path(),
                  first,
                  problems.size() > 1 ? " (and %d more)".formatted(problems.size() - 1) : ""));
    }
  }

  private static boolean isOfMore(String name, int ranks) {
    OptionalInt rank = StateTensor.rankOf(name);
    return rank.isPresent() && rank.getAsInt() >= ranks;
  }
}
