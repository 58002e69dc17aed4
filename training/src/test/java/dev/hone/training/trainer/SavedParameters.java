package dev.hone.training.trainer;

import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.safetensors.SafetensorsReader;
import dev.hone.formats.model.safetensors.SafetensorsWriter;
import dev.hone.formats.model.safetensors.TensorSource;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.Parameter;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;

/** Parameters in a file, for tests that go on from a checkpoint without loading a model. */
final class SavedParameters {
  private static final String FILE = "parameters.safetensors";

  private SavedParameters() {}

  static void write(Path folder, List<Parameter> parameters, Kernels kernels) {
    List<TensorSource> sources =
        parameters.stream()
            .map(
                parameter ->
                    new TensorSource(
                        parameter.name(),
                        parameter.whole(),
                        (offset, target) -> kernels.read(parameter.value(), offset, target)))
            .toList();
    SafetensorsWriter.write(folder.resolve(FILE), Dtype.F32, sources);
  }

  static void read(Path folder, List<Parameter> parameters, Kernels kernels) {
    SafetensorsReader saved = SafetensorsReader.open(folder.resolve(FILE));
    for (Parameter parameter : parameters) {
      FloatBuffer values = FloatBuffer.allocate((int) parameter.value().length());
      saved.readFloats(parameter.name(), 0, values);
      kernels.write(values.flip(), parameter.value(), 0);
      kernels.refresh(parameter.value(), parameter.operand());
    }
  }
}
