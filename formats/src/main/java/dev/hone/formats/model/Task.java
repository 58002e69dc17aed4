package dev.hone.formats.model;

import java.util.List;

/** What a model answers with, by PEFT's names. */
public enum Task {
  /** The next token: its head is as wide as the vocabulary. */
  CAUSAL_LM("ForCausalLM"),
  /** A reward, one number for a text: its head is {@code score.weight [1, C]}. */
  SEQ_CLS("ForSequenceClassification");

  /** The tensor of the head of {@link #SEQ_CLS}. */
  public static final String SCORE = "score.weight";

  private final String ending;

  Task(String ending) {
    this.ending = ending;
  }

  /** How the names of Transformers' classes for it end. */
  public String ending() {
    return ending;
  }

  /** The task of a model with these {@code architectures}; the next token's if they say nothing. */
  public static Task of(List<String> architectures) {
    return architectures.stream().anyMatch(name -> name.endsWith(SEQ_CLS.ending))
        ? SEQ_CLS
        : CAUSAL_LM;
  }
}
