package dev.hone.formats.model.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.Weights;
import dev.hone.formats.model.hf.JsonFile;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tensors of a directory: {@code model.safetensors}, or the shards that {@code
 * model.safetensors.index.json} names.
 */
public final class ShardedWeights implements Weights {
  /** Name of the single weight file. */
  public static final String SINGLE = "model.safetensors";

  /** Name of the list of shards. */
  public static final String INDEX = "model.safetensors.index.json";

  private final Path directory;
  private final Map<String, SafetensorsReader> readers;

  private ShardedWeights(Path directory, Map<String, SafetensorsReader> readers) {
    this.directory = directory;
    this.readers = Collections.unmodifiableMap(readers);
  }

  /** Whether the directory has weights at all. */
  public static boolean in(Path directory) {
    return Files.exists(directory.resolve(SINGLE)) || Files.exists(directory.resolve(INDEX));
  }

  /**
   * Opens every weight file of the directory and checks the headers.
   *
   * @throws HoneException if there are no weights, a shard or a tensor of the index is missing, or
   *     a shard has a tensor that the index does not name
   */
  public static ShardedWeights open(Path directory) {
    Map<String, SafetensorsReader> readers = new LinkedHashMap<>();
    if (Files.exists(directory.resolve(SINGLE))) {
      SafetensorsReader reader = SafetensorsReader.open(directory.resolve(SINGLE));
      reader.names().forEach(name -> readers.put(name, reader));
      return new ShardedWeights(directory, readers);
    }
    Path index = directory.resolve(INDEX);
    if (!Files.exists(index)) {
      throw new HoneException(
          directory
              + " has neither "
              + SINGLE
              + " nor "
              + INDEX
              + "; hone reads safetensors weights only");
    }
    List<String> problems = new ArrayList<>();
    shards(index)
        .forEach((shard, names) -> add(directory.resolve(shard), names, readers, problems));
    if (!problems.isEmpty()) {
      throw new HoneException(index + ": " + String.join("; ", problems));
    }
    return new ShardedWeights(directory, readers);
  }

  private static Map<String, List<String>> shards(Path index) {
    JsonNode map = JsonFile.read(index).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new HoneException(index + " has no weight_map from tensor names to files");
    }
    Map<String, List<String>> shards = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String shard = entry.getValue().asText();
      if (!entry.getValue().isTextual() || shard.isEmpty() || shard.contains("/")) {
        throw new HoneException(
            index
                + " maps tensor "
                + entry.getKey()
                + " to "
                + entry.getValue()
                + ", no file name");
      }
      shards.computeIfAbsent(shard, s -> new ArrayList<>()).add(entry.getKey());
    }
    return shards;
  }

  private static void add(
      Path shard,
      List<String> names,
      Map<String, SafetensorsReader> readers,
      List<String> problems) {
    if (!Files.exists(shard)) {
      problems.add("shard " + shard.getFileName() + " is missing (" + names.size() + " tensors)");
      return;
    }
    SafetensorsReader reader = SafetensorsReader.open(shard);
    for (String name : names) {
      if (reader.names().contains(name)) {
        readers.put(name, reader);
      } else {
        problems.add("shard " + shard.getFileName() + " has no tensor " + name);
      }
    }
    for (String name : reader.names()) {
      if (!names.contains(name)) {
        problems.add("tensor " + name + " of " + shard.getFileName() + " is not in the index");
      }
    }
  }

  @Override
  public Set<String> names() {
    return readers.keySet();
  }

  @Override
  public TensorInfo info(String name) {
    return reader(name).info(name);
  }

  @Override
  public void readFloats(String name, long offset, FloatBuffer target) {
    reader(name).readFloats(name, offset, target);
  }

  @Override
  public Optional<FloatBuffer> mappedFloats(String name) {
    return reader(name).mappedFloats(name);
  }

  /** Name of the file that a tensor is in. */
  public String file(String name) {
    return reader(name).path().getFileName().toString();
  }

  private SafetensorsReader reader(String name) {
    SafetensorsReader reader = readers.get(name);
    if (reader == null) {
      throw new HoneException(directory + " has no tensor " + name);
    }
    return reader;
  }
}
