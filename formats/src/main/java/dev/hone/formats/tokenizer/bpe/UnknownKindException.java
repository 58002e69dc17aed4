package dev.hone.formats.tokenizer.bpe;

/** A tokenizer of which it is not known what it does exactly; only the library can read it. */
public final class UnknownKindException extends Exception {
  private static final long serialVersionUID = 1;

  UnknownKindException(String what) {
    super(what);
  }
}
