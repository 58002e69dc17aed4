package dev.hone.formats.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * SentencePiece's BPE: {@code llama}. A space is spelled ▁, and what has no token falls back to its
 * bytes. The file has no merges: each way to cut a token in two tokens is one, best token first, as
 * Transformers finds them ({@code generate_merges}, {@code gguf_tokenizer_mapping.py} of 5.24).
 */
final class SentencePieceVocabulary implements GgufVocabulary {
  private static final String SPACE = "▁";

  private final GgufMetadata metadata;
  private final Path path;
  private final boolean gemma;
  private final boolean prefixed;
  private final boolean byNormalizer;

  SentencePieceVocabulary(GgufMetadata metadata, Path path) {
    this.metadata = metadata;
    this.path = path;
    String architecture = metadata.requiredText("general.architecture");
    this.gemma = architecture.startsWith("gemma");
    this.byNormalizer = gemma || architecture.equals("phi3");
    this.prefixed = !gemma && metadata.flag("tokenizer.ggml.add_space_prefix").orElse(true);
  }

  /** Gemma's files have runs of spaces as such. */
  @Override
  public String spelled(String token) {
    return gemma && token.isBlank() && token.contains(" ") ? token.replace(" ", SPACE) : token;
  }

  @Override
  public boolean maybeAdded(String token) {
    return spelled(token).equals(token);
  }

  @Override
  public Optional<? extends JsonNode> normalizer() {
    if (!byNormalizer) {
      return Optional.empty();
    }
    ObjectNode replace = replace(JsonFile.object(), " ", SPACE);
    if (!prefixed) {
      return Optional.of(replace);
    }
    ObjectNode sequence = JsonFile.object().put("type", "Sequence");
    ArrayNode steps = sequence.putArray("normalizers");
    steps.addObject().put("type", "Prepend").put("prepend", SPACE);
    steps.add(replace);
    return Optional.of(sequence);
  }

  private static ObjectNode replace(ObjectNode json, String from, String to) {
    json.put("type", "Replace").put("content", to).putObject("pattern").put("String", from);
    return json;
  }

  @Override
  public Optional<? extends JsonNode> preTokenizer() {
    return byNormalizer
        ? Optional.empty()
        : Optional.of(
            JsonFile.object()
                .put("type", "Metaspace")
                .put("replacement", SPACE)
                .put("prepend_scheme", prefixed ? "first" : "never")
                .put("split", false));
  }

  @Override
  public ObjectNode decoder() {
    ObjectNode json = JsonFile.object().put("type", "Sequence");
    ArrayNode steps = json.putArray("decoders");
    replace(steps.addObject(), SPACE, " ");
    steps.addObject().put("type", "ByteFallback");
    steps.addObject().put("type", "Fuse");
    if (prefixed) {
      steps.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    return json;
  }

  @Override
  public void describe(ObjectNode model) {
    int unknown = metadata.integer("tokenizer.ggml.unknown_token_id").orElse(0);
    List<String> tokens = metadata.texts("tokenizer.ggml.tokens");
    model.put("unk_token", unknown < tokens.size() ? tokens.get(unknown) : null);
    model.put("fuse_unk", true);
    model.put("byte_fallback", true);
  }

  /** Two tokens that make a third, whose score says when. */
  private record Merge(String left, String right, double score) {
    private int leftLength() {
      return left.codePointCount(0, left.length());
    }
  }

  @Override
  public void merges(Map<String, Integer> vocabulary, ArrayNode array) {
    List<Double> scores = metadata.numbers("tokenizer.ggml.scores");
    if (!gemma && scores.size() < vocabulary.size()) {
      throw new HoneException(
          path
              + " has "
              + scores.size()
              + " tokenizer.ggml.scores for "
              + vocabulary.size()
              + " tokens; a SentencePiece vocabulary needs one for each");
    }
    List<Merge> merges = new ArrayList<>();
    vocabulary.forEach(
        // Gemma's scores do not follow the order of its merges; that of its tokens does.
        (token, id) -> addMerges(vocabulary, token, gemma ? -id : scores.get(id), merges));
    // Of the cuts of a token the one with the longest left part comes first. The sort is stable:
    // equals keep the order of ids.
    merges.sort(
        Comparator.comparingDouble((Merge merge) -> -merge.score())
            .thenComparingInt(merge -> -merge.leftLength())
            .thenComparingInt(merge -> -merge.right().codePointCount(0, merge.right().length())));
    merges.forEach(merge -> array.addArray().add(merge.left()).add(merge.right()));
  }

  private static void addMerges(
      Map<String, Integer> vocabulary, String token, double score, List<Merge> merges) {
    List<Merge> own = new ArrayList<>();
    for (int cut = 1; cut < token.length(); cut++) {
      Merge merge = new Merge(token.substring(0, cut), token.substring(cut), score);
      if (vocabulary.containsKey(merge.left()) && vocabulary.containsKey(merge.right())) {
        own.add(merge);
      }
    }
    own.sort(
        Comparator.comparing((Merge merge) -> vocabulary.get(merge.left()))
            .thenComparing(merge -> vocabulary.get(merge.right())));
    merges.addAll(own);
  }

  @Override
  public boolean addsBos() {
    return true;
  }
}
