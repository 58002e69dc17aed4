package dev.hone.formats.template.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Loops, macros, variables and blocks. */
@Tag("unit")
class StatementTest {

  @Test
  void setWithinALoopStaysThere() {
    assertEquals(
        "1 1",
        Jinja.text("{% set x = 1 %}{% for i in [2] %}{% set x = i %}{% endfor %}{{ x }} {{ x }}"));
    assertEquals(
        "2",
        Jinja.text(
            "{% set n = namespace(x=1) %}{% for i in [2] %}{% set n.x = i %}{% endfor %}{{ n.x }}"));
    assertEquals("5", Jinja.text("{% if true %}{% set x = 5 %}{% endif %}{{ x }}"));
  }

  @Test
  void loopKnowsItsNeighbours() {
    assertEquals(
        "1/3:-b 2/3:ac 3/3:b-!",
        Jinja.text(
            "{% for x in 'abc' %}{{ loop.index }}/{{ loop.length }}:{{ loop.previtem or '-' }}{{ loop.nextitem or '-' }}{{ '!' if loop.last else ' ' }}{% endfor %}"));
  }

  @Test
  void filteredLoopCountsWhatPasses() {
    assertEquals(
        "2.4!",
        Jinja.text(
            "{% for i in range(5) if i is even and i %}{{ i }}{{ '!' if loop.last else '.' }}{% else %}none{% endfor %}"));
  }

  @Test
  void breakAndContinue() {
    assertEquals(
        "02",
        Jinja.text(
            "{% for i in range(9) %}{% if i == 1 %}{% continue %}{% elif i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}"));
    assertEquals("SyntaxError: 'break' outside loop", Jinja.failure("{% break %}"));
  }

  @Test
  void recursiveLoop() {
    assertEquals(
        "a(b(c))",
        Jinja.text(
            "{% for n in [['a', [['b', [['c', []]]]]]] recursive %}{{ n[0] }}{% if n[1] %}({{ loop(n[1]) }}){% endif %}{% endfor %}"));
  }

  @Test
  void macroWithDefaultsAndRest() {
    assertEquals(
        "1,2,() 1,5,(6,) {'k': 7}",
        Jinja.text(
            "{% macro m(a, b=a + 1) %}{{ a }},{{ b }},{{ varargs }}{% if kwargs %} {{ kwargs }}{% endif %}{% endmacro %}{{ m(1) }} {{ m(1, 5, 6, k=7) }}"));
    assertEquals(
        "TypeError: macro 'm' takes no keyword argument 'z'",
        Jinja.failure("{% macro m() %}{% endmacro %}{{ m(z=1) }}"));
  }

  @Test
  void callBlockGivesItsBody() {
    assertEquals(
        "<b>x3</b>",
        Jinja.text(
            "{% macro tag(n) %}<{{ n }}>{{ caller(3) }}</{{ n }}>{% endmacro %}{% call(i) tag('b') %}x{{ i }}{% endcall %}"));
  }

  @Test
  void setAndFilterBlocks() {
    assertEquals(
        "AB-ab",
        Jinja.text(
            "{% set x | upper %}ab{% endset %}{{ x }}-{% filter lower | trim %} AB {% endfilter %}"));
  }

  @Test
  void withHasItsOwnNames() {
    assertEquals(
        "2 1", Jinja.text("{% set x = 1 %}{% with x = x + 1 %}{{ x }}{% endwith %} {{ x }}"));
  }

  @Test
  void timeAndErrorsOfTransformers() {
    assertEquals("09 Mar 2025, 9/3", Jinja.text("{{ strftime_now('%d %b %Y, %-d/%-m') }}"));
    assertEquals("TemplateError: no way", Jinja.failure("{{ raise_exception('no ' ~ 'way') }}"));
  }

  @Test
  void otherTemplatesAreRefused() {
    assertEquals(
        "TemplateSyntaxError: the tag 'include' is not supported: a chat template stands alone and does not escape",
        Jinja.failure("{% include 'x' %}"));
  }
}
