package dev.hone.training.distributed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.formats.tables.PackRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The llama folder of the parity fixtures: a tiny model, packed rows, and what PyTorch computes.
 */
final class ParityCase {
  private final Path folder = Path.of("src/test/resources/parity/llama").toAbsolutePath();
  private final JsonMapper json = new JsonMapper();

  Path model() {
    return folder.resolve("model");
  }

  Path adapter() {
    return folder.resolve("adapter");
  }

  /** The steps of a run that PyTorch made: sft_full or sft_lora. */
  JsonNode run(String name) throws IOException {
    return json.readTree(folder.resolve("expected.json").toFile()).get(name);
  }

  /** The three rows of the batch as packs of a preparation. */
  List<PackRow> packs(String prepId, String split) throws IOException {
    List<PackRow> packs = new ArrayList<>();
    for (JsonNode row : json.readTree(folder.resolve("batch.json").toFile())) {
      int[] ids = ints(row.get("input_ids"));
      int[] labels = ints(row.get("labels"));
      int[] positions = ints(row.get("position_ids"));
      float[] weights = new float[ids.length];
      int trained = 0;
      for (int t = 1; t < ids.length; t++) {
        weights[t] = labels[t] == -100 ? 0 : 1;
        trained += (int) weights[t];
      }
      int[] starts = IntStream.range(0, ids.length).filter(t -> positions[t] == 0).toArray();
      List<String> records = IntStream.of(starts).mapToObj(start -> "record-" + start).toList();
      packs.add(
          new PackRow(
              prepId,
              split,
              packs.size(),
              ids,
              weights,
              starts,
              records,
              new int[starts.length],
              Optional.empty(),
              ids.length,
              trained,
              1));
    }
    return packs;
  }

  /** The pairs of the DPO batch, a pack each. */
  List<PackRow> pairs(String prepId) throws IOException {
    List<PackRow> packs = new ArrayList<>();
    for (JsonNode pair : run("dpo").get("pairs")) {
      int[] prompt = ints(pair.get("prompt"));
      int[] chosen = ints(pair.get("chosen"));
      int[] rejected = ints(pair.get("rejected"));
      int[] ids = Stream.of(prompt, chosen, prompt, rejected).flatMapToInt(IntStream::of).toArray();
      int second = prompt.length + chosen.length;
      float[] weights = new float[ids.length];
      Arrays.fill(weights, prompt.length, second, 1);
      Arrays.fill(weights, second + prompt.length, ids.length, 1);
      packs.add(
          new PackRow(
              prepId,
              "train",
              packs.size(),
              ids,
              weights,
              new int[] {0, second},
              List.of("pair-" + packs.size(), "pair-" + packs.size()),
              new int[] {0, 1},
              Optional.of(List.of(PackRow.CHOSEN, PackRow.REJECTED)),
              ids.length,
              chosen.length + rejected.length,
              1));
    }
    return packs;
  }

  /** The same answers, each by itself with a label, two a pack. */
  List<PackRow> labelled(String prepId) throws IOException {
    return pairs(prepId).stream()
        .map(
            pack ->
                new PackRow(
                    prepId,
                    pack.split(),
                    pack.packId(),
                    pack.inputIds(),
                    pack.lossWeights(),
                    pack.documentStarts(),
                    List.of(pack.recordIds().get(0) + "-a", pack.recordIds().get(1) + "-b"),
                    new int[] {0, 0},
                    Optional.of(List.of(PackRow.DESIRABLE, PackRow.UNDESIRABLE)),
                    pack.length(),
                    pack.trainedTokens(),
                    pack.fill()))
        .toList();
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }
}
