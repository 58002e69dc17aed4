package dev.hone.formats.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.formats.Utf16;
import dev.hone.formats.tokenizer.Tokenizer.Encoding;
import dev.hone.formats.tokenizer.bpe.ByteLevelEncoder;
import dev.hone.formats.tokenizer.bpe.ByteLevelModel;
import dev.hone.formats.tokenizer.bpe.TokenBuffer;
import dev.hone.formats.tokenizer.bpe.UnknownKindException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Random texts through the Java code and through the library: ids and offsets must be the same.
 *
 * <p>{@code main MEGABYTES TOKENIZER_DIR...} does so for so many megabytes with each.
 */
final class TokenizerFuzz implements AutoCloseable {
  private static final long SEED = 20;

  private final Tokenizer library;
  private final ByteLevelEncoder encoder;
  private final RandomText texts;
  private long bytes;
  private long tokens;
  private int left;

  TokenizerFuzz(Path directory, long seed) throws IOException, UnknownKindException {
    JsonNode json = new ObjectMapper().readTree(directory.resolve("tokenizer.json").toFile());
    List<String> added = new ArrayList<>();
    json.path("added_tokens").forEach(token -> added.add(token.path("content").asText()));
    this.library = DjlTokenizer.open(directory);
    this.encoder = new ByteLevelEncoder(ByteLevelModel.read(json));
    this.texts = new RandomText(new Random(seed), added);
  }

  /** A text of about so many characters. */
  void step(int length) {
    String text = texts.next(length);
    if (differs(text)) {
      throw new IllegalStateException("other tokens for '%s'".formatted(shortest(text)));
    }
  }

  private boolean differs(String text) {
    TokenBuffer found = encoder.encode(text);
    if (found == null) {
      left++;
      return false;
    }
    Encoding right = library.encode(text);
    bytes += text.getBytes(StandardCharsets.UTF_8).length;
    tokens += right.ids().length;
    return !Arrays.equals(right.ids(), found.ids())
        || !Arrays.equals(right.starts(), found.starts())
        || !Arrays.equals(right.ends(), found.ends());
  }

  /** A part of a text that still gives other tokens, as short as halving and cutting makes it. */
  private String shortest(String text) {
    String least = text;
    for (int cut = text.length() / 2; cut > 0; cut /= 2) {
      for (boolean shorter = true; shorter; ) {
        shorter = false;
        for (String part :
            List.of(
                least.substring(Math.min(cut, least.length())),
                least.substring(0, Math.max(0, least.length() - cut)))) {
          if (Utf16.unpairedSurrogate(part) < 0 && differs(part)) {
            least = part;
            shorter = true;
            break;
          }
        }
      }
    }
    return least;
  }

  /** Bytes of text that were compared. */
  long bytes() {
    return bytes;
  }

  /** Texts that the Java code left to the library. */
  int left() {
    return left;
  }

  @Override
  public void close() {
    library.close();
  }

  /** Goes on for some megabytes and says what was seen. */
  public static void main(String[] args) throws IOException, UnknownKindException {
    long megabytes = Long.parseLong(args[0]);
    for (String directory : Arrays.asList(args).subList(1, args.length)) {
      try (TokenizerFuzz fuzz = new TokenizerFuzz(Path.of(directory), SEED)) {
        int texts = 0;
        for (; fuzz.bytes() < megabytes * 1_000_000; texts++) {
          fuzz.step(1 + 16 * (texts % 500));
        }
        System.out.printf(
            "%s: %d texts, %d of them left to the library; %d bytes, %d tokens, 0 differences%n",
            directory, texts, fuzz.left(), fuzz.bytes(), fuzz.tokens);
      }
    }
  }
}
