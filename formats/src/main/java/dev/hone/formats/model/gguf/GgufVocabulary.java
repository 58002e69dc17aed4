package dev.hone.formats.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What differs between the kinds of tokenizers that GGUF knows ({@code tokenizer.ggml.model}). */
interface GgufVocabulary {

  /** A token as the {@code vocab} of {@code tokenizer.json} has it. */
  String spelled(String token);

  /** Whether a token that is marked as one to match whole may be taken at its word. */
  boolean maybeAdded(String token);

  /** {@code normalizer}; empty: null. */
  Optional<? extends JsonNode> normalizer();

  /** {@code pre_tokenizer}; empty: null. */
  Optional<? extends JsonNode> preTokenizer();

  /** {@code decoder}. */
  ObjectNode decoder();

  /** Adds what the BPE model has beside vocabulary and merges. */
  void describe(ObjectNode model);

  /**
   * Adds the merges, in their order.
   *
   * @param vocabulary spelled token to id
   * @throws HoneException if they do not fit the vocabulary
   */
  void merges(Map<String, Integer> vocabulary, ArrayNode merges);

  /** Whether a text begins with the beginning-of-sequence token where the file does not say. */
  boolean addsBos();

  /**
   * The kind that a file names.
   *
   * @throws HoneException if hone does not import it
   */
  static GgufVocabulary of(GgufMetadata metadata, Path path) {
    String model = metadata.requiredText("tokenizer.ggml.model");
    return switch (model) {
      case "gpt2" -> new ByteLevelVocabulary(metadata, path);
      case "llama" -> new SentencePieceVocabulary(metadata, path);
      default ->
          throw new HoneException(
              path
                  + ": tokenizer.ggml.model is "
                  + model
                  + "; hone imports byte-level BPE (gpt2) and SentencePiece's BPE (llama), use the"
                  + " model's Hugging Face directory");
    };
  }
}
