package dev.hone.formats.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.tokenizer.bpe.ByteAlphabet;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Byte-level BPE: {@code gpt2}. Tokens are spelled in an alphabet of 256 characters. */
final class ByteLevelVocabulary implements GgufVocabulary {
  private final GgufMetadata metadata;
  private final Path path;

  ByteLevelVocabulary(GgufMetadata metadata, Path path) {
    this.metadata = metadata;
    this.path = path;
  }

  @Override
  public String spelled(String token) {
    return ByteAlphabet.spells(token) ? token : ByteAlphabet.spell(token);
  }

  /** In a token that is spelled otherwise than its text, the type was a mistake of a converter. */
  @Override
  public boolean maybeAdded(String token) {
    return ByteAlphabet.spells(token);
  }

  private String pre() {
    return metadata.text("tokenizer.ggml.pre").orElse("default");
  }

  @Override
  public Optional<? extends JsonNode> normalizer() {
    return PreTokenizers.normalizer(pre());
  }

  @Override
  public Optional<? extends JsonNode> preTokenizer() {
    return Optional.of(PreTokenizers.named(pre(), path.toString()));
  }

  @Override
  public ObjectNode decoder() {
    return JsonFile.object()
        .put("type", "ByteLevel")
        .put("add_prefix_space", true)
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  @Override
  public void describe(ObjectNode model) {
    model.putNull("unk_token");
    model.put("fuse_unk", false);
    model.put("byte_fallback", false);
  }

  @Override
  public void merges(Map<String, Integer> vocabulary, ArrayNode array) {
    List<String> merges = metadata.texts("tokenizer.ggml.merges");
    if (merges.isEmpty()) {
      throw new HoneException(path + " has no tokenizer.ggml.merges");
    }
    for (String merge : merges) {
      String[] pair = merge.split(" ", -1);
      if (pair.length != 2
          || !vocabulary.containsKey(pair[0])
          || !vocabulary.containsKey(pair[1])
          || !vocabulary.containsKey(pair[0] + pair[1])) {
        throw new HoneException(
            path + ": the merge \"" + merge + "\" does not join two tokens to a third");
      }
      array.add(merge);
    }
  }

  @Override
  public boolean addsBos() {
    return false;
  }
}
