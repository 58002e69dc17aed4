package dev.hone.formats.template.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hone.formats.template.jinja.core.TemplateException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which white space of a template reaches the output. In the tables, N is a newline. */
@Tag("unit")
class WhitespaceTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "a{% if 1 %}Nb{% endif %}Nc, abc",
        "aN  {% if 1 %}b{% endif %}, aNb",
        "a  {% if 1 %}b{% endif %}, a  b",
        "aN  {%+ if 1 %}b{% endif %}, aN  b",
        "aN  {{ 1 }}N, aN  1",
        "a N {{- 1 -}} N b, a1b",
        "aN{%- if 1 -%}N b N{%- endif -%}N c, abc",
        "aN  {# x #}Nb, aNb",
        "a {#- x -#} b, ab",
        "{% if 1 +%}Nb{% endif %}, Nb",
        "aNN, aN",
        "{% raw %}{{ x }}N{% endraw %}Nb, {{ x }}Nb",
        "a {%- raw %} x {% endraw -%} b, a x b"
      })
  void isTrimmedAsTransformersSetsJinjaUp(String template, String expected) {
    assertEquals(expected.replace('N', '\n'), Jinja.text(template.replace('N', '\n')));
  }

  @Test
  void newlinesOfTheTemplateAreUnix() {
    assertEquals("a\nb\nc", Jinja.text("a\r\nb\rc\r\n"));
    assertEquals("x\ny", Jinja.text("{{ 'x\r\ny' }}"));
  }

  @Test
  void lineOfAnErrorIsCounted() {
    TemplateException failure =
        assertThrows(
            TemplateException.class, () -> JinjaTemplate.parse("a\n{# x\n #}\n{% nosuch %}"));
    assertEquals(4, failure.line());
    assertEquals("TemplateSyntaxError", failure.kind());
  }
}
