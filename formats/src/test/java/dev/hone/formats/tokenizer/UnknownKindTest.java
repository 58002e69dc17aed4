package dev.hone.formats.tokenizer;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.tokenizer.TinyTokenizer.Kind;
import dev.hone.formats.tokenizer.bpe.ByteLevelModel;
import dev.hone.formats.tokenizer.bpe.UnknownKindException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is not known exactly is refused, and named. */
@Tag("unit")
class UnknownKindTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertUnknown(JsonNode tokenizer, String named) {
    UnknownKindException e =
        assertThrows(UnknownKindException.class, () -> ByteLevelModel.read(tokenizer));
    assertTrue(e.getMessage().startsWith(named), e.getMessage());
  }

  /** A place in Llama 3's file, a value that it may not have, and what the refusal begins with. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "/model/type ; \"WordPiece\" ; model.type",
        "/model/dropout ; 0.1 ; dropout",
        "/model/byte_fallback ; true ; byte_fallback",
        "/model/continuing_subword_prefix ; \"##\" ; continuing_subword_prefix",
        "/model/end_of_word_suffix ; \"</w>\" ; end_of_word_suffix",
        "/model/novelty ; 1 ; model.novelty",
        "/novelty ; 1 ; tokenizer.json.novelty",
        "/model/vocab/novelty ; 3 ; two tokens of id",
        "/model/vocab/novelty ; -1 ; id",
        "/model/merges/3 ; [\"a\", \"never\"] ; merge",
        "/model/merges/3 ; \"a b c\" ; merge",
        "/model/merges/3 ; \"#version: 0.2\" ; merge",
        "/normalizer ; {\"type\": \"NFKC\"} ; normalizer",
        "/decoder ; {\"type\": \"Fuse\"} ; decoder",
        "/decoder ; null ; decoder",
        "/pre_tokenizer ; null ; pre_tokenizer",
        "/pre_tokenizer ; {\"type\": \"Whitespace\"} ; pre_tokenizer",
        "/pre_tokenizer/pretokenizers/0 ; {\"type\": \"Punctuation\"} ; pre_tokenizer",
        "/pre_tokenizer/pretokenizers/0/pattern/Regex ; \"\\\\p{L}+\" ; pattern",
        "/pre_tokenizer/pretokenizers/0/pattern ; {\"String\": \" \"} ; pattern.String",
        "/pre_tokenizer/pretokenizers/0/behavior ; \"MergedWithNext\" ; pre_tokenizer",
        "/pre_tokenizer/pretokenizers/0/invert ; true ; pre_tokenizer",
        "/pre_tokenizer/pretokenizers/1/add_prefix_space ; true ; add_prefix_space",
        "/post_processor/processors/0 ; {\"type\": \"BertProcessing\"} ; post_processor",
        "/post_processor/processors/1/single/1 ; {\"SpecialToken\": {\"id\": \"x\"}} ; post_processor",
        "/post_processor/processors/1/novelty ; 1 ; post_processor.novelty",
        "/added_tokens/0/single_word ; true ; added token",
        "/added_tokens/0/id ; 7 ; added token",
        "/added_tokens/1/content ; \"<|im_start|>\" ; added token",
        "/added_tokens/0/content ; \"\" ; added token",
        "/added_tokens/0/content ; \" x\" ; an added token of white space",
        "/added_tokens/0/novelty ; 1 ; added_tokens.novelty"
      })
  void isRefused(String pointer, String value, String named) {
    ObjectNode tokenizer = TinyTokenizer.json(Kind.LLAMA3);
    int slash = pointer.lastIndexOf('/');
    JsonNode parent = tokenizer.at(pointer.substring(0, slash));
    String last = pointer.substring(slash + 1);
    if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(last), json(value));
    } else {
      ((ObjectNode) parent).set(last, json(value));
    }
    assertUnknown(tokenizer, named);
  }

  /** The library looks for its NFC form, which is another text. */
  @Test
  void anAddedTokenThatNfcChangesIsRefused() {
    ObjectNode tokenizer = TinyTokenizer.json(Kind.QWEN2);
    ObjectNode token = (ObjectNode) tokenizer.at("/added_tokens/0");
    token.put("content", "e\u0301");
    assertDoesNotThrow(() -> ByteLevelModel.read(tokenizer));
    token.put("normalized", true);
    assertUnknown(tokenizer, "added token");
  }
}
