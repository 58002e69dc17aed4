package dev.hone.formats.template;

import dev.hone.formats.HoneException;
import dev.hone.formats.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/** The values of {@code chat_template:}. */
public final class ChatTemplates {
  private static final List<String> NAMES = List.of("tokenizer_default", "chatml", "alpaca");

  private ChatTemplates() {}

  /** Every name that {@link #resolve} knows. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * The template of a name.
   *
   * @param name one of {@link #names()}
   * @param tokenizer brings the template of {@code tokenizer_default} and the end-of-sequence token
   * @throws HoneException if the name is unknown or the tokenizer lacks what the template needs
   */
  public static ChatTemplate resolve(String name, Tokenizer tokenizer) {
    return switch (name) {
      case "tokenizer_default" -> ofTokenizer(tokenizer);
      case "chatml" -> new ChatMlTemplate(Optional.empty());
      case "alpaca" ->
          new AlpacaTemplate(
              tokenizer
                  .eosToken()
                  .orElseThrow(
                      () ->
                          new HoneException(
                              "chat_template: alpaca ends each answer with the eos_token, and the tokenizer names none; "
                                  + "add \"eos_token\" to its tokenizer_config.json")));
      default ->
          throw new HoneException(
              "chat_template: %s is not known; known are %s"
                  .formatted(name, String.join(", ", NAMES)));
    };
  }

  private static ChatTemplate ofTokenizer(Tokenizer tokenizer) {
    String jinja =
        Optional.ofNullable(tokenizer.chatTemplates().get("default"))
            .orElseThrow(
                () ->
                    new HoneException(
                        "chat_template: tokenizer_default needs a chat template, and the tokenizer has none "
                            + "(chat_template.jinja or tokenizer_config.json); set chat_template: chatml"));
    return ChatMlJinja.recognise(jinja)
        .orElseThrow(
            () ->
                new HoneException(
                    "chat_template: tokenizer_default is a Jinja template other than plain ChatML (it begins %s), and only ChatML is understood; "
                            .formatted(beginning(jinja))
                        + "set chat_template: chatml, or choose a model with a ChatML template"));
  }

  private static String beginning(String jinja) {
    String line = jinja.replace('\n', ' ').strip();
    return "'" + (line.length() <= 40 ? line : line.substring(0, 40) + "...") + "'";
  }
}
