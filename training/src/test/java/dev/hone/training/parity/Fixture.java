package dev.hone.training.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.training.data.PackedRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A folder of what PyTorch computes with a tiny model.
 *
 * @param dir {@code model/}, {@code adapter/}, {@code batch.json}, {@code expected.json}
 * @param rows the batch
 * @param expected the results
 */
record Fixture(Path dir, List<PackedRow> rows, JsonNode expected) {

  /** Every folder with an {@code expected.json}, by name. */
  static List<Path> folders(Path root) throws IOException {
    try (Stream<Path> children = Files.list(root)) {
      return children.filter(dir -> Files.exists(dir.resolve("expected.json"))).sorted().toList();
    }
  }

  static Fixture read(Path dir) {
    JsonMapper json = new JsonMapper();
    try {
      List<PackedRow> rows = new ArrayList<>();
      for (JsonNode row : json.readTree(dir.resolve("batch.json").toFile())) {
        rows.add(row(row));
      }
      return new Fixture(dir, rows, json.readTree(dir.resolve("expected.json").toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PackedRow row(JsonNode row) {
    int[] ids = ints(row.get("input_ids"));
    int[] labels = ints(row.get("labels"));
    int[] positions = ints(row.get("position_ids"));
    float[] weights = new float[ids.length];
    List<Integer> starts = new ArrayList<>();
    for (int t = 0; t < ids.length; t++) {
      if (positions[t] == 0) {
        starts.add(t);
      }
      if (labels[t] != -100) {
        if (labels[t] != ids[t]) {
          throw new IllegalStateException("label " + t + " is not the token there");
        }
        weights[t] = 1;
      }
    }
    return new PackedRow(ids, weights, starts.stream().mapToInt(Integer::intValue).toArray());
  }

  double targets() {
    return rows.stream().mapToDouble(PackedRow::weightSum).sum();
  }

  int longestRow() {
    return rows.stream().mapToInt(PackedRow::length).max().orElseThrow();
  }

  static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }

  static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }
}
