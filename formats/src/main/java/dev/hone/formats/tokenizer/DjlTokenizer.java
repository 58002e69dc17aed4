package dev.hone.formats.tokenizer;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.hone.formats.HoneException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Hugging Face's own Rust tokenizers, through DJL's native library: every {@code tokenizer.json}
 * gives the ids that Transformers gives.
 *
 * <p>The library is unpacked from the jar into {@code DJL_CACHE_DIR} (default: below the home
 * directory) on first use. Nothing is downloaded.
 */
public final class DjlTokenizer extends DirectoryTokenizer {
  // Any text will do: what stands before its ids is the prefix.
  private static final String PROBE = "a";

  private final int[] prefixIds;
  private long handle;

  private DjlTokenizer(TokenizerFiles.Facts facts, long handle) {
    super(facts);
    this.handle = handle;
    this.prefixIds = prefix(ids(PROBE, true), ids(PROBE, false));
  }

  /**
   * Opens the tokenizer of a model directory.
   *
   * @throws HoneException if a file is missing or corrupt, or the native library cannot be loaded
   */
  public static DjlTokenizer open(Path directory) {
    TokenizerFiles files = TokenizerFiles.read(directory);
    return of(directory, files.tokenizer().toString(), files.facts());
  }

  /**
   * Opens a tokenizer that was read.
   *
   * @param json the prepared text of tokenizer.json
   */
  static DjlTokenizer of(Path directory, String json, TokenizerFiles.Facts facts) {
    loadLibrary();
    long handle;
    try {
      handle = TokenizersLibrary.LIB.createTokenizerFromString(json);
    } catch (RuntimeException e) {
      throw new HoneException(
          "%s is no tokenizer that the tokenizers library knows (%s); copy it again from the model's source"
              .formatted(
                  directory.resolve("tokenizer.json"),
                  String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
    return new DjlTokenizer(facts, handle);
  }

  /**
   * Loads the native library, which {@link #open} does by itself.
   *
   * @throws HoneException if it cannot be loaded
   */
  public static void loadLibrary() {
    // Without it DJL asks for a CUDA build of the library over the network where it sees a GPU.
    System.setProperty("ai.djl.offline", "true");
    try {
      LibUtils.checkStatus();
    } catch (RuntimeException | LinkageError e) {
      throw new HoneException(
          "the native tokenizers library cannot be loaded (%s); set DJL_CACHE_DIR to a directory that can be written and executed from"
              .formatted(e.getMessage()),
          e);
    }
  }

  @Override
  Encoding encodeWhole(String text) {
    long encoding = TokenizersLibrary.LIB.encode(open(), text, false);
    try {
      int[] ids = ints(TokenizersLibrary.LIB.getTokenIds(encoding));
      CharSpan[] spans = TokenizersLibrary.LIB.getTokenCharSpans(encoding);
      int[] utf16 = utf16Offsets(text);
      int[] starts = new int[ids.length];
      int[] ends = new int[ids.length];
      for (int t = 0; t < ids.length; t++) {
        int start = spans[t].getStart();
        int end = spans[t].getEnd();
        starts[t] = utf16.length == 0 ? start : utf16[start];
        ends[t] = utf16.length == 0 ? end : utf16[end];
      }
      return new Encoding(ids, starts, ends);
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
    }
  }

  private int[] ids(String text, boolean addSpecialTokens) {
    long encoding = TokenizersLibrary.LIB.encode(open(), text, addSpecialTokens);
    try {
      return ints(TokenizersLibrary.LIB.getTokenIds(encoding));
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
    }
  }

  /** What stands before the plain ids in the ids with special tokens. */
  private static int[] prefix(int[] withSpecialTokens, int[] plain) {
    for (int at = 0; at + plain.length <= withSpecialTokens.length; at++) {
      if (Arrays.equals(withSpecialTokens, at, at + plain.length, plain, 0, plain.length)) {
        return Arrays.copyOf(withSpecialTokens, at);
      }
    }
    throw new HoneException(
        "the tokenizer's special tokens change the tokens of the text (%s became %s), which no decoder's tokenizer does; check its post_processor"
            .formatted(Arrays.toString(plain), Arrays.toString(withSpecialTokens)));
  }

  /**
   * UTF-16 offset of each code point, the unit of the library's offsets, and of the end; empty if
   * all characters are of one unit.
   */
  private static int[] utf16Offsets(String text) {
    int codePoints = text.codePointCount(0, text.length());
    if (codePoints == text.length()) {
      return new int[0];
    }
    int[] offsets = new int[codePoints + 1];
    for (int i = 0, at = 0; i <= codePoints; i++) {
      offsets[i] = at;
      if (i < codePoints) {
        at += Character.charCount(text.codePointAt(at));
      }
    }
    return offsets;
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    return TokenizersLibrary.LIB.decode(
        open(), Arrays.stream(ids).asLongStream().toArray(), skipSpecialTokens);
  }

  @Override
  public int[] prefixIds() {
    return prefixIds.clone();
  }

  @Override
  public void close() {
    if (handle != 0) {
      TokenizersLibrary.LIB.deleteTokenizer(handle);
      handle = 0;
    }
  }

  private long open() {
    if (handle == 0) {
      throw new IllegalStateException("this tokenizer is closed");
    }
    return handle;
  }

  private static int[] ints(long[] values) {
    int[] ints = new int[values.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = Math.toIntExact(values[i]);
    }
    return ints;
  }
}
