package dev.hone.formats.tokenizer;

import java.util.List;
import java.util.Random;

/** Chat templates that are made of pieces, and templates that somebody's cat walked over. */
final class RandomTemplates {
  private static final List<String> PIECES =
      List.of(
          "<|im_start|>",
          "<|im_end|>\n",
          "\n",
          "{{ eos_token }}",
          "{{ bos_token }}",
          "{{ message.role }}",
          "{{ message['content'] }}",
          "{{ message.content | trim }}",
          "{{- message.content[:7] -}}",
          "{{ message.content.split('</think>')[-1].lstrip('\\n') }}",
          "{{ (message.content ~ '!') | upper }}",
          "{{ message.content | replace(' ', '_') }}",
          "{{ message.content | reverse }}",
          "{{ message.content | list | join('-') }}",
          "{{ '%s: %s' % (message.role, message.content) }}",
          "{{ message.tool_calls | tojson }}",
          "{{ message.reasoning_content or '' }}",
          "{{ tools | tojson(indent=2) }}",
          "{{ messages | length }}",
          "{{ messages[0].content }}",
          "{{ message }}",
          "{% if message.role == 'assistant' %}{% generation %}{{ message.content }}{% endgeneration %}{% endif %}",
          "{% if loop.last %}end{% else %}{{ loop.index }}{% endif %}",
          "{% set x = message.content.strip() %}{{ x }}",
          "{% macro m(a) %}[{{ a }}]{% endmacro %}{{ m(message.content) }}",
          "{% for c in message.tool_calls or [] %}{{ c.function.name }}({{ c.function.arguments | tojson }}){% endfor %}",
          "{% if message.role == 'tool' %}{{ raise_exception('no tools') }}{% endif %}",
          "{% if message.role not in ['user', 'assistant'] %}{% continue %}{% endif %}",
          "{% filter trim %} {{ message.content }} {% endfilter %}",
          "{# a comment #}");
  private static final List<String> NOISE =
      List.of(
          "{%",
          "%}",
          "{{",
          "}}",
          "-",
          "|",
          "(",
          ")",
          "[",
          "'",
          "\"",
          "\\",
          " if ",
          " else ",
          "endif",
          "endfor",
          "not",
          "~",
          "**",
          "range(9)",
          "loop",
          "none",
          "{#",
          "é",
          "😀",
          "\u0000",
          ":",
          ".");

  private final Random random;

  RandomTemplates(Random random) {
    this.random = random;
  }

  String made() {
    StringBuilder source = new StringBuilder("{% for message in messages %}");
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      source.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return source
        .append("{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")
        .toString();
  }

  /** Some changes to a template, of which most make it wrong. */
  String mutated(String source) {
    StringBuilder text = new StringBuilder(source);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(20));
      switch (random.nextInt(3)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, text.substring(at, end));
        default -> text.insert(at, NOISE.get(random.nextInt(NOISE.size())));
      }
    }
    return text.toString();
  }
}
