package dev.hone.formats.tokenizer.bpe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.tokenizer.bpe.AddedTokens.Token;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a tokenizer.json, and refuses whatever it does not know: a guess would be wrong ids. */
final class ModelReader {
  private static final Set<String> FIELDS =
      Set.of(
          "version",
          "truncation",
          "padding",
          "added_tokens",
          "normalizer",
          "pre_tokenizer",
          "post_processor",
          "decoder",
          "model");
  private static final Set<String> MODEL_FIELDS =
      Set.of(
          "type",
          "dropout",
          "unk_token",
          "continuing_subword_prefix",
          "end_of_word_suffix",
          "fuse_unk",
          "byte_fallback",
          "ignore_merges",
          "vocab",
          "merges");
  private static final Set<String> TOKEN_FIELDS =
      Set.of("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special");

  private final JsonNode tokenizer;
  private final JsonNode model;
  private final Map<String, Integer> vocabulary = new HashMap<>();

  private ModelReader(JsonNode tokenizer) {
    this.tokenizer = tokenizer;
    this.model = tokenizer.path("model");
  }

  static ByteLevelModel read(JsonNode tokenizer) throws UnknownKindException {
    return new ModelReader(tokenizer).read();
  }

  private ByteLevelModel read() throws UnknownKindException {
    onlyFields(tokenizer, FIELDS, "tokenizer.json");
    onlyFields(model, MODEL_FIELDS, "model");
    require(model.path("type").asText().equals("BPE"), "model.type", model.path("type"));
    require(isOff(model.path("dropout")), "dropout", model.path("dropout"));
    for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      require(isOff(model.path(affix)), affix, model.path(affix));
    }
    require(isOff(model.path("byte_fallback")), "byte_fallback", model.path("byte_fallback"));
    JsonNode decoder = tokenizer.path("decoder");
    require(decoder.path("type").asText().equals("ByteLevel"), "decoder", decoder);
    JsonNode normalizer = tokenizer.path("normalizer");
    boolean nfc = normalizer.path("type").asText().equals("NFC");
    require(nfc || isOff(normalizer), "normalizer", normalizer);
    readVocabulary();
    List<Token> plain = new ArrayList<>();
    List<Token> normalized = new ArrayList<>();
    readAddedTokens(nfc, plain, normalized);
    return new ByteLevelModel(
        new AddedTokens(plain),
        new AddedTokens(normalized),
        nfc,
        Splitters.read(tokenizer.path("pre_tokenizer")),
        byteIds(),
        merges(),
        model.path("ignore_merges").booleanValue() ? wholeWords() : Map.of(),
        PostProcessors.prefixIds(tokenizer.path("post_processor")));
  }

  private static boolean isOff(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || (value.isBoolean() && !value.booleanValue())
        || (value.isTextual() && value.textValue().isEmpty());
  }

  private void readVocabulary() throws UnknownKindException {
    require(model.path("vocab").isObject(), "vocab", model.path("vocab").getNodeType());
    BitSet seen = new BitSet();
    for (Map.Entry<String, JsonNode> entry : model.path("vocab").properties()) {
      int id = id(entry.getValue());
      require(!seen.get(id), "two tokens of id", id);
      seen.set(id);
      vocabulary.put(entry.getKey(), id);
    }
  }

  private static int id(JsonNode value) throws UnknownKindException {
    require(value.isInt() && value.intValue() >= 0, "id", value);
    return value.intValue();
  }

  private void readAddedTokens(boolean nfc, List<Token> plain, List<Token> normalized)
      throws UnknownKindException {
    Map<String, Integer> ids = new HashMap<>();
    boolean takesSpace = false;
    boolean beginsWithSpace = false;
    int last = -1;
    for (JsonNode added : tokenizer.path("added_tokens")) {
      onlyFields(added, TOKEN_FIELDS, "added_tokens");
      require(added.size() == TOKEN_FIELDS.size(), "added token", added);
      String content = added.path("content").asText();
      require(!content.isEmpty() && !ids.containsKey(content), "added token", added);
      require(!added.path("single_word").booleanValue(), "added token", added);
      // Where the library numbers tokens itself, whatever the file says.
      int next = last < vocabulary.size() ? vocabulary.size() : last + 1;
      int id = vocabulary.getOrDefault(content, next);
      require(id == id(added.path("id")) && !ids.containsValue(id), "added token", added);
      ids.put(content, id);
      last = Math.max(last, id);
      boolean changes = added.path("normalized").booleanValue();
      char[] characters = content.toCharArray();
      int kinds = CharacterKinds.all(characters, characters.length);
      require(
          !(changes && nfc) || (kinds & (CharacterKinds.COMPOSES | CharacterKinds.UNKNOWN)) == 0,
          "added token",
          added);
      takesSpace |= added.path("rstrip").booleanValue();
      beginsWithSpace |= (CharacterKinds.at(characters, 0) & CharacterKinds.SPACE) != 0;
      (changes ? normalized : plain)
          .add(
              new Token(
                  content,
                  id,
                  added.path("lstrip").booleanValue(),
                  added.path("rstrip").booleanValue()));
    }
    require(!(takesSpace && beginsWithSpace), "an added token of white space and", "rstrip");
  }

  private int[] byteIds() {
    int[] ids = new int[256];
    for (int b = 0; b < ids.length; b++) {
      ids[b] = vocabulary.getOrDefault(String.valueOf(ByteAlphabet.character(b)), -1);
    }
    return ids;
  }

  private PairTable merges() throws UnknownKindException {
    JsonNode merges = model.path("merges");
    require(merges.isArray(), "merges", merges.getNodeType());
    PairTable table = new PairTable(merges.size());
    long rank = 0;
    for (JsonNode merge : merges) {
      String left;
      String right;
      if (merge.isTextual()) {
        String[] parts = merge.textValue().split(" ", -1);
        require(parts.length == 2 && !parts[0].startsWith("#version"), "merge", merge);
        left = parts[0];
        right = parts[1];
      } else {
        require(merge.size() == 2 && merge.path(0).isTextual(), "merge", merge);
        left = merge.path(0).asText();
        right = merge.path(1).asText();
      }
      Integer leftId = vocabulary.get(left);
      Integer rightId = vocabulary.get(right);
      Integer joined = vocabulary.get(left + right);
      require(leftId != null && rightId != null && joined != null, "merge", merge);
      table.put(leftId, rightId, (rank++ << 32) | joined);
    }
    return table;
  }

  /** The tokens that are text, by that text. */
  private Map<String, Integer> wholeWords() {
    Map<String, Integer> words = new HashMap<>();
    vocabulary.forEach(
        (token, id) -> ByteAlphabet.text(token).ifPresent(word -> words.put(word, id)));
    return words;
  }

  static void onlyFields(JsonNode object, Set<String> known, String where)
      throws UnknownKindException {
    require(object.isObject(), where, object.getNodeType());
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      require(known.contains(field.getKey()), where + "." + field.getKey(), field.getValue());
    }
  }

  static void require(boolean holds, String what, Object value) throws UnknownKindException {
    if (!holds) {
      String text = String.valueOf(value);
      throw new UnknownKindException(what + " " + text.substring(0, Math.min(200, text.length())));
    }
  }
}
