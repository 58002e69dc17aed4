package dev.hone.training.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.IoProblem;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.model.safetensors.SafetensorsWriter;
import dev.hone.formats.model.safetensors.TensorSource;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.optimizer.Optimizer;
import dev.hone.training.optimizer.StateTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a checkpoint has besides the model, in its folder {@value #FOLDER}: {@code state.json} with
 * the position, and {@code optimizer.safetensors} with the moments of every parameter, {@code
 * <name>.exp_avg} and {@code <name>.exp_avg_sq}. A folder of its own, because programs that load a
 * model take every safetensors file beside its config for weights.
 */
public final class TrainerState {
  static final String FOLDER = "trainer";

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
    state.put("global_step", optimizer.steps()).put("epoch", epoch).put("seed", seed);
    JsonFile.write(folder.resolve("state.json"), state);

    List<TensorSource> tensors = new ArrayList<>();
    for (StateTensor tensor : optimizer.state()) {
      tensors.add(source(tensor.name(), tensor.tensor(), kernels));
    }
    SafetensorsWriter.write(folder.resolve("optimizer.safetensors"), Dtype.F32, tensors);
  }

  private static TensorSource source(String name, Tensor tensor, Kernels kernels) {
    return new TensorSource(
        name, tensor.shape(), (offset, target) -> kernels.read(tensor, offset, target));
  }
}
