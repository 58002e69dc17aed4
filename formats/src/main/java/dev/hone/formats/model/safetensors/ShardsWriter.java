package dev.hone.formats.model.safetensors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.hf.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Writes the weights of a directory in as many files as another directory has them in. */
public final class ShardsWriter {
  private ShardsWriter() {}

  /**
   * Writes {@value ShardedWeights#SINGLE}, or shards and {@value ShardedWeights#INDEX}.
   *
   * @param file name of the file of each tensor
   * @param dtype of each tensor
   * @throws HoneException if a file cannot be written
   */
  public static void write(
      Path dir,
      Function<String, String> file,
      Function<TensorSource, Dtype> dtype,
      Collection<TensorSource> tensors) {
    Map<String, List<TensorSource>> shards = new TreeMap<>();
    for (TensorSource tensor : tensors) {
      shards.computeIfAbsent(file.apply(tensor.name()), name -> new ArrayList<>()).add(tensor);
    }
    shards.forEach((name, its) -> SafetensorsWriter.write(dir.resolve(name), dtype, its));
    if (shards.keySet().equals(Set.of(ShardedWeights.SINGLE))) {
      return;
    }
    ObjectNode index = JsonFile.object();
    index
        .putObject("metadata")
        .put(
            "total_size",
            tensors.stream()
                .mapToLong(t -> TensorInfo.elements(t.shape()) * dtype.apply(t).bytes())
                .sum());
    ObjectNode map = index.putObject("weight_map");
    shards.forEach((name, its) -> its.forEach(tensor -> map.put(tensor.name(), name)));
    JsonFile.write(dir.resolve(ShardedWeights.INDEX), index);
  }
}
