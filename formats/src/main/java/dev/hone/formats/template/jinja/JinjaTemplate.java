package dev.hone.formats.template.jinja;

import dev.hone.formats.template.jinja.core.Limits;
import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.eval.Program;
import dev.hone.formats.template.jinja.eval.Rendering;
import dev.hone.formats.template.jinja.syntax.Parser;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Trace;
import java.util.ArrayList;
import java.util.List;

/**
 * A chat template, parsed once and rendered as often as wanted, by any number of threads.
 *
 * <p>It means what Jinja 3.1.6 means in the environment that Transformers 5.23 sets up
 * (utils/chat_template_utils.py): an immutable sandbox, blocks trimmed and stripped, {@code break}
 * and {@code continue}, {@code generation} blocks, {@code raise_exception}, {@code strftime_now},
 * and {@code tojson} without HTML escapes.
 *
 * <pre>
 * {% for message in messages %}&lt;{{ message.role }}&gt; {{ message.content | trim }}
 * {% endfor %}
 * </pre>
 *
 * renders {@code [{"role": "user", "content": " Hi "}]} to {@code <user> Hi\n}, where {@code Hi}
 * has the origin (MESSAGE, 0, content) and the brackets have (TEMPLATE, 0).
 */
public final class JinjaTemplate {
  private final Program program;
  private final Limits limits;

  private JinjaTemplate(Program program, Limits limits) {
    this.program = program;
    this.limits = limits;
  }

  /**
   * Parses a template.
   *
   * @throws TemplateException with the line, if it is no template
   */
  public static JinjaTemplate parse(String source) {
    return parse(source, Limits.DEFAULT);
  }

  /** Parses a template that is rendered within other limits. */
  public static JinjaTemplate parse(String source, Limits limits) {
    if (source.length() > limits.source()) {
      throw TemplateException.limit(
          "the template has %d characters, more than %d"
              .formatted(source.length(), limits.source()));
    }
    try {
      return new JinjaTemplate(Program.compile(Parser.parse(source)), limits);
    } catch (StackOverflowError e) {
      throw TemplateException.syntax("the template is nested too deep", 0);
    }
  }

  /**
   * Renders a conversation.
   *
   * @throws TemplateException if the template refuses it, fails or goes beyond its limits
   */
  public TracedText render(RenderInput input) {
    Render render = new Render(limits);
    try {
      Rendering rendering = program.run(Inputs.context(input, render), render);
      return rendered(rendering);
    } catch (StackOverflowError e) {
      throw TemplateException.recursion();
    }
  }

  private static TracedText rendered(Rendering rendering) {
    String text = rendering.out().toString();
    Trace trace = rendering.out().trace();
    List<TracedText.Run> runs = new ArrayList<>(trace.size());
    for (int run = 0, start = 0; run < trace.size(); start = trace.end(run++)) {
      runs.add(new TracedText.Run(start, trace.end(run), trace.origin(run)));
    }
    List<TracedText.Span> generations = new ArrayList<>();
    for (Rendering.Generation generation : rendering.generations()) {
      int start = offset(text, 0, generation.start());
      generations.add(
          new TracedText.Span(start, offset(text, start, generation.end() - generation.start())));
    }
    return new TracedText(text, runs, generations);
  }

  /** The UTF-16 offset so many code points after another; beyond the text each is one unit. */
  private static int offset(String text, int from, int codePoints) {
    int left = from < text.length() ? text.codePointCount(from, text.length()) : 0;
    return codePoints <= left
        ? (codePoints == 0 ? from : text.offsetByCodePoints(from, codePoints))
        : Math.max(from, text.length()) + codePoints - left;
  }
}
