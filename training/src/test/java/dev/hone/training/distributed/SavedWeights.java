package dev.hone.training.distributed;

import dev.hone.formats.model.safetensors.SafetensorsReader;
import java.nio.FloatBuffer;
import java.nio.file.Path;

/** The weights of a model that a run has saved. */
final class SavedWeights {
  private SavedWeights() {}

  static SafetensorsReader of(Path model) {
    return SafetensorsReader.open(model.resolve("model.safetensors"));
  }

  static float[] values(SafetensorsReader file, String name) {
    float[] values = new float[Math.toIntExact(file.info(name).elements())];
    file.readFloats(name, 0, FloatBuffer.wrap(values));
    return values;
  }
}
