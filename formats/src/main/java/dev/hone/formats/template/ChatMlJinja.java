package dev.hone.formats.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises Jinja templates that do no more than ChatML with an optional default system message,
 * in any spelling of literals, attribute access and white space. Everything else is left to a Jinja
 * engine: a template that is almost ChatML (tools, reasoning, trimming) must not be mistaken for
 * it, or the model would be trained on text that it never sees again.
 *
 * <p>White space between tags counts as Jinja's {@code trim_blocks} and {@code lstrip_blocks} have
 * it, which Transformers sets.
 */
final class ChatMlJinja {
  private static final Pattern TAG =
      Pattern.compile("\\{([%{])([-+]?)(.*?)([-+]?)[%}]\\}", Pattern.DOTALL);
  private static final Pattern TERM =
      Pattern.compile(
          "\\s*(?:'((?:[^'\\\\]|\\\\.)*)'|\"((?:[^\"\\\\]|\\\\.)*)\"|message(?:\\.(role|content)|\\[\\s*['\"](role|content)['\"]\\s*\\]))\\s*",
          Pattern.DOTALL);

  // Stand for the two variables of a turn in its flattened output.
  private static final String ROLE = "\uE000";
  private static final String CONTENT = "\uE001";

  private static final String TURN =
      ChatMlTemplate.START + ROLE + "\n" + CONTENT + ChatMlTemplate.END + "\n";
  private static final String SYSTEM_START = ChatMlTemplate.START + "system\n";
  private static final String SYSTEM_END = ChatMlTemplate.END + "\n";
  private static final String GENERATION = ChatMlTemplate.START + "assistant\n";
  private static final String NOT_SYSTEM = "messages[0]['role'] != 'system'";

  /** A statement, or a piece of output; exactly one is not null. */
  private record Item(String statement, String output) {}

  private final List<Item> items;
  private int next;

  private ChatMlJinja(List<Item> items) {
    this.items = items;
  }

  static Optional<ChatMlTemplate> recognise(String jinja) {
    return items(jinja).flatMap(items -> new ChatMlJinja(items).template());
  }

  private Optional<ChatMlTemplate> template() {
    if (statement("if not add_generation_prompt is defined")
        && !(statement("set add_generation_prompt = false") && statement("endif"))) {
      return Optional.empty();
    }
    String system = null;
    if (statement("if " + NOT_SYSTEM)) {
      system = output();
      if (!statement("endif")) {
        return Optional.empty();
      }
    }
    if (!statement("for message in messages")) {
      return Optional.empty();
    }
    if (system == null && statement("if loop.first and " + NOT_SYSTEM)) {
      system = output();
      if (!statement("endif")) {
        return Optional.empty();
      }
    }
    boolean chatMl =
        output().equals(TURN)
            && statement("endfor")
            && statement("if add_generation_prompt")
            && output().equals(GENERATION)
            && statement("endif")
            && next == items.size();
    if (!chatMl) {
      return Optional.empty();
    }
    return system == null
        ? Optional.of(new ChatMlTemplate(Optional.empty()))
        : content(system).map(text -> new ChatMlTemplate(Optional.of(text)));
  }

  /** The text of a default system turn, if the output is one. */
  private static Optional<String> content(String output) {
    if (!output.startsWith(SYSTEM_START) || !output.endsWith(SYSTEM_END)) {
      return Optional.empty();
    }
    String text = output.substring(SYSTEM_START.length(), output.length() - SYSTEM_END.length());
    boolean plain =
        !text.contains(ChatMlTemplate.END) && !text.contains(ROLE) && !text.contains(CONTENT);
    return plain ? Optional.of(text) : Optional.empty();
  }

  /** Takes the next item if it is this statement. */
  private boolean statement(String expected) {
    if (next < items.size() && expected.equals(items.get(next).statement())) {
      next++;
      return true;
    }
    return false;
  }

  /** Takes all output up to the next statement. */
  private String output() {
    StringBuilder output = new StringBuilder();
    while (next < items.size() && items.get(next).output() != null) {
      output.append(items.get(next++).output());
    }
    return output.toString();
  }

  /** Statements and output in order; empty if an expression is more than a sum of known terms. */
  private static Optional<List<Item>> items(String jinja) {
    // Jinja drops one newline at the end of a template.
    String source = jinja.endsWith("\n") ? jinja.substring(0, jinja.length() - 1) : jinja;
    List<Item> items = new ArrayList<>();
    Matcher tag = TAG.matcher(source);
    int end = 0;
    boolean afterBlock = false;
    boolean trimAfter = false;
    while (tag.find()) {
      boolean block = tag.group(1).equals("%");
      String before = source.substring(end, tag.start());
      addText(before, afterBlock, trimAfter, block, tag.group(2).equals("-"), end == 0, items);
      if (block) {
        items.add(new Item(normalised(tag.group(3)), null));
      } else {
        Optional<String> sum = sum(tag.group(3));
        if (sum.isEmpty()) {
          return Optional.empty();
        }
        items.add(new Item(null, sum.get()));
      }
      end = tag.end();
      afterBlock = block;
      trimAfter = tag.group(4).equals("-");
    }
    addText(source.substring(end), afterBlock, trimAfter, false, false, end == 0, items);
    return Optional.of(items);
  }

  private static void addText(
      String raw,
      boolean afterBlock,
      boolean trimStart,
      boolean beforeBlock,
      boolean trimEnd,
      boolean lineStart,
      List<Item> items) {
    String text = raw;
    boolean atLineStart = lineStart;
    if (trimStart) {
      text = text.stripLeading();
    } else if (afterBlock && text.startsWith("\n")) {
      text = text.substring(1);
      atLineStart = true;
    }
    if (trimEnd) {
      text = text.stripTrailing();
    } else if (beforeBlock) {
      int line = text.lastIndexOf('\n') + 1;
      if ((line > 0 || atLineStart) && text.substring(line).isBlank()) {
        text = text.substring(0, line);
      }
    }
    if (!text.isEmpty()) {
      items.add(new Item(null, text));
    }
  }

  private static String normalised(String statement) {
    return statement
        .strip()
        .replaceAll("\\s+", " ")
        .replace('"', '\'')
        .replaceAll("messages\\[0\\]\\.role", "messages[0]['role']");
  }

  /** {@code 'a' + message.role + "b"} as text, with stand-ins for the variables. */
  private static Optional<String> sum(String expression) {
    StringBuilder text = new StringBuilder();
    Matcher term = TERM.matcher(expression);
    int position = 0;
    while (term.find(position) && term.start() == position) {
      String literal = term.group(1) != null ? term.group(1) : term.group(2);
      String variable = term.group(3) != null ? term.group(3) : term.group(4);
      if (literal == null) {
        text.append(variable.equals("role") ? ROLE : CONTENT);
      } else {
        text.append(unescaped(literal));
      }
      position = term.end();
      if (position == expression.length()) {
        return Optional.of(text.toString());
      }
      if (expression.charAt(position) != '+') {
        return Optional.empty();
      }
      position++;
    }
    return Optional.empty();
  }

  private static String unescaped(String literal) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char escape = literal.charAt(++i);
      switch (escape) {
        case 'n' -> text.append('\n');
        case 't' -> text.append('\t');
        case '\\', '\'', '"' -> text.append(escape);
        // Left as it stands: it then differs from ChatML unless Jinja leaves it as well.
        default -> text.append('\\').append(escape);
      }
    }
    return text.toString();
  }
}
