package dev.hone.jobs.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.template.ChatTemplates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code chat_template} and {@code chat_template_jinja} of a section: the name of a template, or
 * the text of one, written in the configuration or in a file.
 */
record TemplateKeys(Section section) {
  private static final String TEMPLATE = "chat_template";
  private static final String JINJA = "chat_template_jinja";
  private static final String KWARGS = "chat_template_kwargs";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What {@link ChatTemplates#resolve} takes; empty if the section says nothing, or was wrong. */
  Optional<String> read() {
    Optional<String> name = section.text(TEMPLATE);
    Optional<String> jinja = section.text(JINJA);
    boolean named = section.given(TEMPLATE) && !name.equals(Optional.of("jinja"));
    if (jinja.isPresent()) {
      if (named) {
        section.problem(
            JINJA, "and chat_template: %s are both set; keep one".formatted(name.orElse("")));
        return Optional.empty();
      }
      return ChatTemplates.isJinja(jinja.get()) ? jinja : file(jinja.get());
    }
    if (name.equals(Optional.of("jinja"))) {
      section.problem(
          TEMPLATE, "'jinja' needs chat_template_jinja: the text of the template, or its file");
      return Optional.empty();
    }
    return name.filter(value -> known(TEMPLATE, value));
  }

  /** The variables of {@code chat_template_kwargs}, by name. */
  ObjectNode kwargs() {
    ObjectNode variables = object(section.text(KWARGS).orElse("{}"));
    for (String name : Conversation.GIVEN) {
      if (variables.has(name)) {
        section.problem(
            KWARGS, "'%s' is what every row gives to the template; remove it".formatted(name));
      }
    }
    return variables;
  }

  private static ObjectNode object(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a mapping of the configuration gave no JSON", e);
    }
  }

  private Optional<String> file(String path) {
    try {
      return Optional.of(Files.readString(Path.of(path), StandardCharsets.UTF_8));
    } catch (IOException e) {
      section.problem(
          JINJA,
          "'%s' is no Jinja template, and no file with one that can be read; correct the path (relative paths start at the working directory)"
              .formatted(path));
      return Optional.empty();
    }
  }

  /** Whether a key names a template; says so if it does not. */
  boolean known(String key, String value) {
    if (ChatTemplates.known(value)) {
      return true;
    }
    section.problem(
        key,
        "'%s' is not a template of this version; use one of %s, or chat_template_jinja%s"
            .formatted(
                value,
                String.join(", ", ChatTemplates.names()),
                DidYouMean.nearest(value, ChatTemplates.names())
                    .map(word -> "; did you mean " + word + "?")
                    .orElse("")));
    return false;
  }
}
