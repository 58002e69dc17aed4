package dev.hone.formats.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes tokenizers of a few hundred merges in the shapes of published ones. */
public final class TinyTokenizer {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int PAIRS = 200;
  private static final String LLAMA =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|%s"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  /** The shapes. */
  enum Kind {
    GPT2,
    SMOLLM2,
    DIGIT_RUNS,
    LLAMA3,
    QWEN2,
    GPT2_BY_SPLIT
  }

  private TinyTokenizer() {}

  /** Writes a tokenizer directory of a shape, and returns it. */
  static Path write(Path directory, Kind kind) {
    ObjectNode json = json(kind);
    try {
      Files.createDirectories(directory);
      MAPPER.writeValue(directory.resolve("tokenizer.json").toFile(), json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }

  /** The tokenizer.json of a shape. */
  static ObjectNode json(Kind kind) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("version", "1.0");
    json.putNull("truncation").putNull("padding").putNull("normalizer").putNull("post_processor");
    ArrayNode added = json.putArray("added_tokens");
    byteLevel(json.putObject("decoder"), true);
    switch (kind) {
      case GPT2 -> byteLevel(json.putObject("pre_tokenizer"), true);
      case SMOLLM2 -> {
        ArrayNode steps = sequence(json);
        steps.addObject().put("type", "Digits").put("individual_digits", true);
        byteLevel(steps.addObject(), true);
      }
      case DIGIT_RUNS -> {
        ArrayNode steps = sequence(json);
        steps.addObject().put("type", "Digits").put("individual_digits", false);
        byteLevel(steps.addObject(), true);
      }
      case LLAMA3 -> split(json, LLAMA.formatted("\\p{N}{1,3}"), false);
      case QWEN2 -> {
        json.putObject("normalizer").put("type", "NFC");
        split(json, LLAMA.formatted("\\p{N}"), false);
      }
      case GPT2_BY_SPLIT -> split(json, GPT2, true);
    }
    List<List<String>> merges = merges();
    Map<String, Integer> vocabulary = vocabulary(merges);
    ObjectNode model = json.putObject("model");
    model.put("type", "BPE").put("byte_fallback", false).put("ignore_merges", kind == Kind.LLAMA3);
    ObjectNode ids = model.putObject("vocab");
    vocabulary.forEach(ids::put);
    ArrayNode rules = model.putArray("merges");
    // Some words are whole only by ignore_merges.
    for (List<String> merge : merges.subList(kind == Kind.LLAMA3 ? 40 : 0, merges.size())) {
      if (kind == Kind.LLAMA3) {
        rules.addArray().add(merge.get(0)).add(merge.get(1));
      } else {
        rules.add(merge.get(0) + " " + merge.get(1));
      }
    }
    int id = vocabulary.size();
    token(added, id++, "<|im_start|>");
    token(added, id++, "<|im_end|>");
    token(added, id++, "<|im");
    token(added, id++, "<think>").put("special", false).put("normalized", true);
    token(added, id++, "think").put("special", false).put("normalized", true);
    token(added, id++, "<mask>").put("lstrip", true);
    token(added, id++, "<pad>").put("lstrip", true).put("rstrip", true).put("normalized", true);
    token(added, id, "🎉é").put("special", false);
    if (kind == Kind.LLAMA3) {
      postProcessor(json, vocabulary.size());
    }
    return json;
  }

  private static ArrayNode sequence(ObjectNode json) {
    return json.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
  }

  private static void split(ObjectNode json, String pattern, boolean removed) {
    ArrayNode steps = sequence(json);
    ObjectNode split = steps.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", pattern);
    split.put("behavior", removed ? "Removed" : "Isolated").put("invert", removed);
    byteLevel(steps.addObject(), false);
  }

  private static void byteLevel(ObjectNode step, boolean regex) {
    step.put("type", "ByteLevel").put("add_prefix_space", false).put("trim_offsets", true);
    step.put("use_regex", regex);
  }

  private static ObjectNode token(ArrayNode added, int id, String content) {
    ObjectNode token = added.addObject().put("id", id).put("content", content);
    token.put("single_word", false).put("lstrip", false).put("rstrip", false);
    return token.put("normalized", false).put("special", true);
  }

  private static void postProcessor(ObjectNode json, int bos) {
    ObjectNode sequence = json.putObject("post_processor").put("type", "Sequence");
    ArrayNode processors = sequence.putArray("processors");
    byteLevel(processors.addObject(), true);
    ObjectNode template = processors.addObject().put("type", "TemplateProcessing");
    String name = "<|im_start|>";
    ArrayNode single = template.putArray("single");
    single.addObject().putObject("SpecialToken").put("id", name).put("type_id", 0);
    single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    ArrayNode pair = template.putArray("pair");
    pair.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
    ObjectNode special = template.putObject("special_tokens").putObject(name).put("id", name);
    special.putArray("ids").add(bos);
    special.putArray("tokens").add(name);
  }

  /** The bytes, and what the merges make. */
  private static Map<String, Integer> vocabulary(List<List<String>> merges) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (int b = 0; b < 256; b++) {
      ids.put(spelled(b), ids.size());
    }
    for (List<String> merge : merges) {
      ids.putIfAbsent(merge.get(0) + merge.get(1), ids.size());
    }
    return ids;
  }

  /** A byte as GPT-2 spells it. */
  private static String spelled(int unsigned) {
    if ((unsigned > 32 && unsigned < 127) || (unsigned > 160 && unsigned != 173)) {
      return String.valueOf((char) unsigned);
    }
    int before = unsigned <= 32 ? unsigned : unsigned < 173 ? unsigned - 127 + 33 : 67;
    return String.valueOf((char) (256 + before));
  }

  /** Those of the tokenizer in the resources, and the commonest pairs of bytes of many scripts. */
  private static List<List<String>> merges() {
    List<List<String>> merges = new ArrayList<>();
    for (JsonNode merge : resource().at("/model/merges")) {
      merges.add(
          merge.isTextual()
              ? List.of(merge.asText().split(" ", -1))
              : List.of(merge.get(0).asText(), merge.get(1).asText()));
    }
    byte[] text =
        new RandomText(new Random(7), List.of()).next(60_000).getBytes(StandardCharsets.UTF_8);
    Map<Integer, Integer> counts = new HashMap<>();
    for (int i = 0; i + 1 < text.length; i++) {
      if (text[i] < 0 && text[i + 1] < 0) {
        counts.merge(((text[i] & 0xff) << 8) | (text[i + 1] & 0xff), 1, Integer::sum);
      }
    }
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<Integer, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .map(pair -> List.of(spelled(pair.getKey() >> 8), spelled(pair.getKey() & 0xff)))
        .filter(pair -> !merges.contains(pair))
        .limit(PAIRS)
        .toList()
        .forEach(merges::add);
    merges.add(List.of("1", "2"));
    merges.add(List.of("12", "3"));
    merges.add(List.of("Ġ", "1"));
    merges.add(List.of("ĉ", "f"));
    return merges;
  }

  private static JsonNode resource() {
    try {
      return MAPPER.readTree(Path.of("src/test/resources/tokenizer/tokenizer.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
