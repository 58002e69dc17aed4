package dev.hone.formats.template;

import java.io.Serializable;
import java.util.Objects;

/**
 * A chat template as a configuration chooses it.
 *
 * @param template what {@link ChatTemplates#resolve} makes a template of: a name, or Jinja
 * @param kwargs {@code chat_template_kwargs}: variables of the template, a JSON object
 */
public record TemplateChoice(String template, String kwargs) implements Serializable {
  private static final String NONE = "{}";

  public TemplateChoice {
    Objects.requireNonNull(template, "template");
    Objects.requireNonNull(kwargs, "kwargs");
  }

  /** A template without variables of its own. */
  public static TemplateChoice of(String template) {
    return new TemplateChoice(template, NONE);
  }

  /** Another template with the same variables. */
  public TemplateChoice named(String other) {
    return new TemplateChoice(other, kwargs);
  }

  /** Whether the configuration sets variables. */
  public boolean hasKwargs() {
    return !kwargs.equals(NONE);
  }
}
