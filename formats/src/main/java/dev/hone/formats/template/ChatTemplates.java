package dev.hone.formats.template;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hone.formats.HoneException;
import dev.hone.formats.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The values of {@code chat_template:}. A built-in template is a file beside this class, {@code
 * <name>.jinja}; to add one, add the file and its name here.
 */
public final class ChatTemplates {
  /** The template that comes with the tokenizer. */
  public static final String TOKENIZER_DEFAULT = "tokenizer_default";

  private static final String FALLBACK = TOKENIZER_DEFAULT + "_fallback_";
  private static final String ALPACA = "alpaca";
  private static final Pattern JINJA = Pattern.compile("\\{[%{]");

  private static final List<String> FILES =
      List.of(
          ALPACA,
          "chatml",
          "gemma",
          "gemma3",
          "llama2",
          "llama3",
          "mistral_v1",
          "mistral_v2v3",
          "mistral_v3_tekken",
          "mistral_v7_tekken",
          "phi_3",
          "phi_4",
          "qwen3",
          "qwen_25",
          "vicuna",
          "zephyr");

  /** Names without a version, as LLaMA-Factory has them. */
  private static final Map<String, String> ALIASES =
      Map.of("mistral", "mistral_v2v3", "phi", "phi_3", "phi_35", "phi_3", "qwen", "qwen_25");

  private ChatTemplates() {}

  /** Every name that {@link #resolve} knows, sorted, {@value #TOKENIZER_DEFAULT} first. */
  public static List<String> names() {
    TreeSet<String> sorted = new TreeSet<>(FILES);
    sorted.addAll(ALIASES.keySet());
    return Stream.concat(Stream.of(TOKENIZER_DEFAULT), sorted.stream()).toList();
  }

  /** Whether a value is the text of a template rather than a name. */
  public static boolean isJinja(String value) {
    return JINJA.matcher(value).find();
  }

  /** Whether {@link #resolve} can make something of a value, as far as the value alone tells. */
  public static boolean known(String value) {
    return names().contains(value)
        || isJinja(value)
        || (value.startsWith(FALLBACK) && isBuiltIn(value.substring(FALLBACK.length())));
  }

  private static boolean isBuiltIn(String name) {
    return FILES.contains(name) || ALIASES.containsKey(name);
  }

  /**
   * The template of a choice.
   *
   * @throws HoneException as {@link #resolve(String, Tokenizer)}
   */
  public static ChatTemplate resolve(TemplateChoice choice, Tokenizer tokenizer) {
    ChatTemplate template = resolve(choice.template(), tokenizer);
    return choice.hasKwargs() ? new SettledTemplate(template, choice.kwargs()) : template;
  }

  /**
   * The template of a value.
   *
   * @param value one of {@link #names()}; {@code tokenizer_default_fallback_NAME}, a built-in for
   *     tokenizers without a template; or the text of a Jinja template
   * @param tokenizer brings the special tokens, and the template of {@code tokenizer_default}
   * @throws HoneException if the name is unknown, the Jinja is wrong, or the tokenizer lacks what
   *     the template needs
   */
  public static ChatTemplate resolve(String value, Tokenizer tokenizer) {
    if (isJinja(value)) {
      return JinjaChatTemplate.of("the template of the configuration", value, tokenizer);
    }
    if (value.equals(TOKENIZER_DEFAULT)) {
      return ofTokenizer(tokenizer)
          .orElseThrow(
              () ->
                  new HoneException(
                      "chat_template: tokenizer_default needs a chat template, and the tokenizer has none "
                          + "(chat_template.jinja or tokenizer_config.json); set chat_template: chatml"));
    }
    if (value.startsWith(FALLBACK)) {
      return ofTokenizer(tokenizer)
          .orElseGet(() -> builtIn(value.substring(FALLBACK.length()), tokenizer));
    }
    return builtIn(value, tokenizer);
  }

  private static Optional<ChatTemplate> ofTokenizer(Tokenizer tokenizer) {
    Map<String, String> sources = tokenizer.chatTemplates();
    String usual = sources.get("default");
    if (usual == null) {
      return Optional.empty();
    }
    ChatTemplate template = JinjaChatTemplate.of("the tokenizer's template", usual, tokenizer);
    String withTools = sources.get("tool_use");
    return Optional.of(
        withTools == null
            ? template
            : new ToolsTemplate(
                template,
                JinjaChatTemplate.of("the tokenizer's tool_use template", withTools, tokenizer)));
  }

  private static ChatTemplate builtIn(String value, Tokenizer tokenizer) {
    if (!isBuiltIn(value)) {
      throw new HoneException(
          "chat_template: %s is not known; known are %s, or write a Jinja template"
              .formatted(value, String.join(", ", names())));
    }
    String name = ALIASES.getOrDefault(value, value);
    String source = source(name);
    for (String token : List.of("bos_token", "eos_token")) {
      if (source.contains(token) && !tokenizer.specialTokens().containsKey(token)) {
        throw new HoneException(
            "chat_template: %s writes the %s, and the tokenizer names none; add \"%s\" to its tokenizer_config.json"
                .formatted(value, token, token));
      }
    }
    JinjaChatTemplate template = JinjaChatTemplate.of(name, source, tokenizer);
    return name.equals(ALPACA) ? template.speakingInPrompts() : template;
  }

  private static String source(String name) {
    try (InputStream in = ChatTemplates.class.getResourceAsStream(name + ".jinja")) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name + ".jinja of the jar", e);
    }
  }
}
