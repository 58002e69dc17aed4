package dev.hone.formats.template.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.template.jinja.core.Limits;
import dev.hone.formats.template.jinja.core.TemplateException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hostile template ends with an error, soon, in bounded memory and on a small stack. */
@Tag("unit")
class LimitsTest {
  private static final Limits SMALL = new Limits(100_000, 20_000, 200_000, 10_000, 100);
  private static final long SMALL_STACK = 160L * 1024;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
        "{% for i in range(10 ** 9) %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% for m in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{{ 'a' * 10 ** 9 }}",
        "{{ [0] * 10 ** 9 }}",
        "{{ (10 ** 1000) ** 1000 }}",
        "{{ 'a'|center(10 ** 9) }}",
        "{{ 'a\nb'|indent(10 ** 9) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '{:999999999}'.format(1) }}",
        "{{ [1]|tojson(indent=10 ** 9) }}",
        "{{ ('a' * 1000)|replace('a', 'b' * 1000) }}",
        "{% set n = namespace(s='ab') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
        "{% set n = namespace(l=[1]) %}{% for i in range(60) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l }}",
        "{% set n = namespace(l=[1]) %}{% for i in range(60) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l|tojson(sort_keys=true) }}",
        "{% set n = namespace(l=[1], m=[1]) %}{% for i in range(60) %}{% set n.l = [n.l, n.l] %}{% set n.m = [n.m, n.m] %}{% endfor %}{{ n.l == n.m }}",
        "{% set n = namespace(l=(1,)) %}{% for i in range(60) %}{% set n.l = (n.l, n.l) %}{% endfor %}{{ {n.l: 1} }}",
        "{% set s = 'ab' * 50000 %}{% for i in range(10000) %}{% set x = s.find('q') %}{% endfor %}",
        "{% for i in range(10000) %}0123456789{{ i }}{% endfor %}"
      })
  void endsWithAnError(String template) {
    TemplateException failure =
        assertThrows(
            TemplateException.class,
            () -> JinjaTemplate.parse(template, SMALL).render(Jinja.input(List.of())));
    assertTrue(
        List.of("LimitError", "RecursionError", "OverflowError").contains(failure.kind()),
        failure::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"(", "[", "-", "not ", "{% if 1 %}", "1 if 1 else ", "1 + ", "1|x(", "x(*"})
  void deepNestingIsRefusedOnASmallStack(String opener) throws InterruptedException {
    String nested = opener.repeat(20_000);
    String template = opener.startsWith("{%") ? nested : "{{ " + nested + "1 }}";
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                JinjaTemplate.parse(template);
              } catch (Throwable e) {
                thrown.set(e);
              }
            },
            "small",
            SMALL_STACK);
    thread.start();
    thread.join();
    assertEquals(TemplateException.class, thrown.get().getClass());
  }

  @Test
  void aTemplateThatIsTooLongIsNotParsed() {
    TemplateException failure =
        assertThrows(
            TemplateException.class, () -> JinjaTemplate.parse("{{ 1 }}".repeat(20_000), SMALL));
    assertEquals("LimitError", failure.kind());
    assertEquals("the template has 140000 characters, more than 100000", failure.getMessage());
  }

  @Test
  void aTemplateIsRenderedByManyThreadsAtOnce() {
    JinjaTemplate template =
        JinjaTemplate.parse(
            "{% set n = namespace(t='') %}{% macro show(m) %}<{{ m.role }}>{{ m.content }}{% endmacro %}"
                + "{% for m in messages %}{% set n.t = n.t ~ show(m) %}{% endfor %}{{ n.t }}");
    List<String> wrong =
        IntStream.range(0, 2_000)
            .parallel()
            .mapToObj(
                i -> {
                  String text =
                      template
                          .render(Jinja.input(Jinja.chat("user", "q" + i, "assistant", "a" + i)))
                          .text();
                  return text.equals("<user>q%d<assistant>a%d".formatted(i, i)) ? "" : text;
                })
            .filter(text -> !text.isEmpty())
            .toList();
    assertEquals(List.of(), wrong);
  }

  @Test
  void aLongConversationIsWellWithinTheLimits() {
    Object[] turns = new Object[4000];
    for (int i = 0; i < turns.length; i += 2) {
      turns[i] = i % 4 == 0 ? "user" : "assistant";
      turns[i + 1] = "turn " + i + " ".repeat(500);
    }
    String text =
        Jinja.render(
                "{% for m in messages %}<{{ m.role }}>{{ m.content|trim }}{{ '' if loop.last else '\n' }}{% endfor %}",
                Jinja.chat(turns))
            .text();
    assertEquals(2000, text.lines().count());
  }
}
