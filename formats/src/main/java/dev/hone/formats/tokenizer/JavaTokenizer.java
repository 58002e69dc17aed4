package dev.hone.formats.tokenizer;

import dev.hone.formats.tokenizer.bpe.ByteAlphabet;
import dev.hone.formats.tokenizer.bpe.ByteLevelEncoder;
import dev.hone.formats.tokenizer.bpe.ByteLevelModel;
import dev.hone.formats.tokenizer.bpe.LossyUtf8;
import dev.hone.formats.tokenizer.bpe.TokenBuffer;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A byte-level BPE tokenizer in Java, with the ids and offsets of {@link DjlTokenizer} at many
 * times its speed. The few texts that it leaves to the library ({@link ByteLevelEncoder#encode})
 * open it then.
 */
final class JavaTokenizer extends DirectoryTokenizer {
  private final Supplier<DjlTokenizer> library;
  private final Map<String, Integer> vocabulary;
  private final int[] prefixIds;
  private ByteLevelEncoder encoder;
  private DjlTokenizer opened;
  private String[] tokens;

  /**
   * @param library opens the same tokenizer in the library
   */
  JavaTokenizer(TokenizerFiles.Facts facts, ByteLevelModel model, Supplier<DjlTokenizer> library) {
    super(facts);
    this.library = library;
    this.vocabulary = facts.vocabulary();
    this.prefixIds = model.prefixIds();
    this.encoder = new ByteLevelEncoder(model);
  }

  @Override
  Encoding encodeWhole(String text) {
    requireOpen();
    TokenBuffer found = encoder.encode(text);
    if (found != null) {
      return new Encoding(found.ids(), found.starts(), found.ends());
    }
    if (opened == null) {
      opened = library.get();
    }
    return opened.encodeWhole(text);
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    requireOpen();
    if (tokens == null) {
      tokens = new String[vocabSize()];
      vocabulary.forEach((token, id) -> tokens[id] = token);
    }
    Set<Integer> special = specialIds();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int id : ids) {
      boolean known = id >= 0 && id < tokens.length && tokens[id] != null;
      if (known && !(skipSpecialTokens && special.contains(id))) {
        text.writeBytes(ByteAlphabet.bytes(tokens[id]));
      }
    }
    return LossyUtf8.text(text.toByteArray());
  }

  @Override
  public int[] prefixIds() {
    return prefixIds.clone();
  }

  @Override
  public void close() {
    encoder = null;
    if (opened != null) {
      opened.close();
    }
  }

  private void requireOpen() {
    if (encoder == null) {
      throw new IllegalStateException("this tokenizer is closed");
    }
  }
}
