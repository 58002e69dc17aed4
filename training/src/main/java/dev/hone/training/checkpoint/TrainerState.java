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
import dev.hone.formats.model.safetensors.TensorSource;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.optimizer.Optimizer;
import dev.hone.training.optimizer.StateTensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a checkpoint has besides the model, in its folder {@value #FOLDER}: {@code state.json} with
 * the position, and {@code optimizer.safetensors} with the optimizer's state as the optimizer names
 * it, such as {@code <name>.exp_avg}: floats in F32, codes in U8. A folder of its own, because
 * programs that load a model take every safetensors file beside its config for weights.
 */
public final class TrainerState {
  static final String FOLDER = "trainer";

  private static final String STATE = "state.json";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String GLOBAL_STEP = "global_step";

  /** Values read at a time. */
  private static final int PIECE = 1 << 18;

  private TrainerState() {}

  /**
   * Writes the state.
   *
   * @param directory the checkpoint's
   * @param epoch epochs done
   * @throws HoneException if it cannot be written
   */
  public static void write(
      Path directory, Optimizer optimizer, Kernels kernels, long seed, double epoch) {
    Path folder = directory.resolve(FOLDER);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new HoneException(folder + " cannot be written: " + IoProblem.of(e), e);
    }
    ObjectNode state = JsonFile.object();
    state.put(GLOBAL_STEP, optimizer.steps()).put("epoch", epoch).put("seed", seed);
    JsonFile.write(folder.resolve(STATE), state);

    Map<String, StateTensor> tensors = byName(optimizer);
    List<TensorSource> sources = new ArrayList<>();
    tensors.forEach((name, tensor) -> sources.add(source(name, tensor.tensor(), kernels)));
    SafetensorsWriter.write(
        folder.resolve(OPTIMIZER),
        source -> tensors.get(source.name()).codes() ? Dtype.U8 : Dtype.F32,
        sources);
  }

  /**
   * Gives an optimizer the state that {@link #write} saved, to the last bit, and the number of
   * steps.
   *
   * @param directory the checkpoint's
   * @param optimizer of the same kind and for the same parameters as the one that was saved
   * @throws HoneException if the state is that of another optimizer or of other parameters, or
   *     cannot be read
   */
  public static void restore(Path directory, Optimizer optimizer, Kernels kernels) {
    Path folder = directory.resolve(FOLDER);
    SafetensorsReader saved = SafetensorsReader.open(folder.resolve(OPTIMIZER));
    Map<String, StateTensor> tensors = byName(optimizer);
    requireSame(saved, tensors);
    FloatBuffer piece = FloatBuffer.allocate(PIECE);
    tensors.forEach(
        (name, state) -> {
          long length = state.tensor().length();
          for (long offset = 0; offset < length; offset += PIECE) {
            piece.clear().limit((int) Math.min(PIECE, length - offset));
            if (state.codes()) {
              saved.readBytes(name, offset, piece);
            } else {
              saved.readFloats(name, offset, piece);
            }
            kernels.write(piece.flip(), state.tensor(), offset);
          }
        });
    Path file = folder.resolve(STATE);
    JsonNode steps = JsonFile.read(file).path(GLOBAL_STEP);
    if (!steps.canConvertToLong()) {
      throw new HoneException(file + " has no whole number " + GLOBAL_STEP);
    }
    optimizer.resumeAt(steps.longValue());
  }

  private static void requireSame(SafetensorsReader saved, Map<String, StateTensor> tensors) {
    List<String> problems = new ArrayList<>();
    tensors.forEach(
        (name, state) -> {
          if (!saved.names().contains(name)) {
            problems.add("no " + name);
          } else {
            TensorInfo info = saved.info(name);
            long[] shape = state.tensor().shape();
            if (!Arrays.equals(info.shape(), shape)
                || info.dtype() != (state.codes() ? Dtype.U8 : Dtype.F32)) {
              problems.add(name + " " + info + " instead of " + TensorInfo.text(shape));
            }
          }
        });
    saved.names().stream()
        .filter(name -> !tensors.containsKey(name))
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

  private static Map<String, StateTensor> byName(Optimizer optimizer) {
    return optimizer.state().stream()
        .collect(
            Collectors.toMap(
                StateTensor::name,
                state -> state,
                (a, b) -> {
                  throw new IllegalStateException("two states are named " + a.name());
                },
                LinkedHashMap::new));
  }

  private static TensorSource source(String name, Tensor tensor, Kernels kernels) {
    return new TensorSource(
        name, tensor.shape(), (offset, target) -> kernels.read(tensor, offset, target));
  }
}
