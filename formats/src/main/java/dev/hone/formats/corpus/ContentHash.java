package dev.hone.formats.corpus;

import dev.hone.formats.Sha256;

/**
 * What identifies the content of a document, wherever it was read from: SHA-256 of its normalised
 * JSON, in hexadecimal. Equal hashes are exact duplicates, and the split depends on the hash alone.
 */
public final class ContentHash {
  private ContentHash() {}

  public static String of(Document document) {
    return ofJson(DocumentJson.write(document));
  }

  /** The hash of a document that {@link DocumentJson#write} has already written. */
  public static String ofJson(String json) {
    return Sha256.hex(json);
  }
}
