package dev.hone.training.checkpoint;

import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.safetensors.SafetensorsReader;
import dev.hone.formats.model.safetensors.SafetensorsWriter;
import dev.hone.formats.model.safetensors.TensorSource;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.Parameter;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The trained parameters as a checkpoint keeps them beside the model: all in F32, which the model
 * itself may not be saved in, so that a run goes on from the same bits.
 */
public final class ParameterFile {
  private static final String NAME = "parameters.safetensors";

  /** Values read at a time. */
  private static final int PIECE = 1 << 18;

  private ParameterFile() {}

  /**
   * Writes them.
   *
   * @param directory the checkpoint's, which has a trainer state already
   */
  public static void write(Path directory, List<Parameter> parameters, Kernels kernels) {
    List<TensorSource> sources =
        parameters.stream()
            .map(
                parameter ->
                    new TensorSource(
                        parameter.name(),
                        parameter.whole(),
                        (offset, target) -> kernels.read(parameter.value(), offset, target)))
            .toList();
    SafetensorsWriter.write(file(directory), Dtype.F32, sources);
  }

  /**
   * Gives parameters the values that were written.
   *
   * @throws dev.hone.formats.HoneException if one is not in the file, or it cannot be read
   */
  public static void read(Path directory, List<Parameter> parameters, Kernels kernels) {
    SafetensorsReader saved = SafetensorsReader.open(file(directory));
    FloatBuffer piece = FloatBuffer.allocate(PIECE);
    for (Parameter parameter : parameters) {
      long length = parameter.value().length();
      for (long offset = 0; offset < length; offset += PIECE) {
        piece.clear().limit((int) Math.min(PIECE, length - offset));
        saved.readFloats(parameter.name(), offset, piece);
        kernels.write(piece.flip(), parameter.value(), offset);
      }
    }
  }

  private static Path file(Path directory) {
    return directory.resolve(TrainerState.FOLDER).resolve(NAME);
  }
}
