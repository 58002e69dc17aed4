package dev.hone.packing;

/** What training learns from, and so which documents a preparation takes. */
public enum Examples {
  /** Texts and chats, as they are. */
  TEXTS("texts"),
  /** Pairs of answers, of which one is better; their samples stay side by side. */
  PAIRS("pairs"),
  /** Answers that are wanted or not, each by itself. */
  LABELLED("labelled answers");

  private final String shown;

  Examples(String shown) {
    this.shown = shown;
  }

  /** Its name in {@code preps.config}. */
  String shown() {
    return shown;
  }
}
