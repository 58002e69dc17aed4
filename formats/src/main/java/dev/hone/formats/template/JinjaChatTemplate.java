package dev.hone.formats.template;

import dev.hone.formats.HoneException;
import dev.hone.formats.Sha256;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.template.Rendered.Part;
import dev.hone.formats.template.Rendered.Run;
import dev.hone.formats.template.jinja.JinjaTemplate;
import dev.hone.formats.template.jinja.RenderInput;
import dev.hone.formats.template.jinja.TracedText;
import dev.hone.formats.template.jinja.core.Origin;
import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.tokenizer.Tokenizer;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Jinja template with a tokenizer's special tokens.
 *
 * <p>Templates that write the date ({@code strftime_now}) get the day on which they were opened, at
 * midnight, so that all rows of a task have the same.
 */
final class JinjaChatTemplate implements ChatTemplate {
  private static final Message QUESTION = Message.of("user", "?");
  private static final Message ANSWER = Message.of("assistant", "!");
  private static final int KEPT_OPENINGS = 64;

  private final String source;
  private final JinjaTemplate template;
  private final Map<String, String> specialTokens;
  private final LocalDate today = LocalDate.now(ZoneId.systemDefault());
  private final boolean speaksInPrompts;
  private final Map<Optional<String>, Opening> openings = new HashMap<>();

  private JinjaChatTemplate(
      String source,
      JinjaTemplate template,
      Map<String, String> specialTokens,
      boolean speaksInPrompts) {
    this.source = source;
    this.template = template;
    this.specialTokens = specialTokens;
    this.speaksInPrompts = speaksInPrompts;
  }

  /**
   * Parses a template.
   *
   * @param name what it is called in an error
   * @throws HoneException if it is no Jinja template
   */
  static JinjaChatTemplate of(String name, String source, Tokenizer tokenizer) {
    try {
      return new JinjaChatTemplate(
          source, JinjaTemplate.parse(source), tokenizer.specialTokens(), false);
    } catch (TemplateException e) {
      throw new HoneException(
          "chat_template: %s is wrong in line %d: %s; correct it, or name another template"
              .formatted(name, e.line(), e.getMessage()),
          e);
    }
  }

  /** The same template, whose own words are part of the prompt. */
  JinjaChatTemplate speakingInPrompts() {
    return new JinjaChatTemplate(source, template, specialTokens, true);
  }

  @Override
  public boolean speaksInPrompts() {
    return speaksInPrompts;
  }

  @Override
  public Rendered render(Conversation conversation, boolean addGenerationPrompt)
      throws RefusedRecord {
    try {
      return rendered(conversation, run(conversation, addGenerationPrompt));
    } catch (TemplateException e) {
      throw new RefusedRecord(
          "template_refused",
          "the chat template refuses the conversation%s: %s; change the rows or the template"
              .formatted(e.line() > 0 ? " (line " + e.line() + ")" : "", reason(e)));
    }
  }

  private static String reason(TemplateException e) {
    return e.kind().equals("TemplateError") ? e.getMessage() : e.kind() + ": " + e.getMessage();
  }

  @Override
  public Opening opening(Conversation conversation) {
    if (openings.size() > KEPT_OPENINGS) {
      openings.clear();
    }
    return openings.computeIfAbsent(conversation.templateKwargs(), this::opening);
  }

  private Opening opening(Optional<String> settings) {
    Conversation question = new Conversation(List.of(QUESTION), Optional.empty(), settings);
    try {
      String closed = run(question, false).text();
      String open = run(question, true).text();
      String prompt = open.startsWith(closed) ? open.substring(closed.length()) : "";
      return prompt.isEmpty() ? ofAnswer(settings) : new Opening(prompt, Optional.empty(), "");
    } catch (TemplateException e) {
      return Opening.UNKNOWN; // it refuses a question alone: then nothing is known
    }
  }

  /** By what is written before the first character of an answer. */
  private Opening ofAnswer(Optional<String> settings) {
    Conversation answered = new Conversation(List.of(QUESTION, ANSWER), Optional.empty(), settings);
    Rendered rendered = rendered(answered, run(answered, false));
    String text = rendered.text();
    int asked = rendered.startOf(0);
    int first = rendered.startOf(1);
    return asked < 0 || first < asked
        ? Opening.UNKNOWN
        : new Opening(
            "",
            Optional.of(text.substring(rendered.openingOf(1), first)),
            text.substring(asked + QUESTION.content().length(), first));
  }

  private TracedText run(Conversation conversation, boolean addGenerationPrompt) {
    RenderInput input =
        RenderInput.of(MessageValues.of(conversation.messages()), today.atStartOfDay())
            .with(specialTokens)
            .with("tools", conversation.tools().map(MessageValues::json).orElse(null))
            .with("add_generation_prompt", addGenerationPrompt);
    return template.render(
        conversation.templateKwargs().isPresent()
            ? input.with(MessageValues.object(conversation.templateKwargs().get()))
            : input);
  }

  private static Rendered rendered(Conversation conversation, TracedText traced) {
    List<Run> runs = new ArrayList<>(traced.runs().size());
    for (TracedText.Run run : traced.runs()) {
      Origin origin = run.origin();
      boolean said = origin.kind() == Origin.Kind.MESSAGE;
      Part part = !said ? Part.TEMPLATE : origin.path().equals("role") ? Part.ROLE : Part.MESSAGE;
      float weight =
          said
              ? MessageValues.weight(conversation.messages().get(origin.message()), origin.path())
              : Float.NaN;
      runs.add(new Run(run.end(), part, origin.message(), weight));
    }
    return new Rendered(traced.text(), runs, LeftOut.of(conversation, traced));
  }

  @Override
  public String fingerprint() {
    return "jinja "
        + Sha256.hex(source)
        + " "
        + specialTokens
        + (source.contains("strftime_now") ? " " + today : "");
  }
}
