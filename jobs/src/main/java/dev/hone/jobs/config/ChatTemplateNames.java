package dev.hone.jobs.config;

import java.util.List;

/** The values of {@code chat_template}. */
final class ChatTemplateNames {
  static final List<String> KNOWN = List.of("tokenizer_default", "chatml", "alpaca");

  private ChatTemplateNames() {}
}
