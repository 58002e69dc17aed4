package dev.hone.formats.template.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expressions mean what they mean in Python, or in Jinja where that differs. */
@Tag("unit")
class ExpressionTest {

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      value = {
        "1 + 2 * 3 ** 2 => 19",
        "2 ** 3 ** 2 => 64",
        "-7 % 3 => 2",
        "-7 // 2 => -4",
        "7 / 2 => 3.5",
        "not 1 is defined => False",
        "1 < 2 < 3 != 4 => True",
        "'a' 'b' + 'c' => abc",
        "'%s is %05.1f' % ('x', 2) => x is 002.0",
        "[1, 2, 3, 4][1:-1] => [2, 3]",
        "'abc'[::-1] => cba",
        "(1,) => (1,)",
        "{'a': none, 1: [true, 2.0, 1e-7]} => {'a': None, 1: [True, 2.0, 1e-07]}",
        "'it\\'s'|length => 4",
        "1 == 1.0 == true => True",
        "'' == false => False",
        "10 ** 20 => 100000000000000000000",
        "1e22 => 1e+22",
        "'x' if false => ``",
        "[1, 'a', 'b']|map('string')|join('-')|upper => 1-A-B",
        "range(5)|batch(2)|list => [[0, 1], [2, 3], [4]]",
        "dict(a=1).items() => dict_items([('a', 1)])",
        "'{0}-{x!r:>4}'.format(1, x='y') => 1- 'y'",
        "'<' ~ ('<'|safe) ~ ('<'|e) => <<&lt;",
        "('<'|safe) + '<' => <&lt;",
        "namespace(a=1).a is odd => True",
        "'a' in 'cat' and 'a' not in ['b'] => True"
      })
  void isComputed(String expression, String expected) {
    assertEquals(expected, Jinja.text("{{ " + expression + " }}"));
  }

  @Test
  void undefinedPrintsNothingAndNoneSaysSo() {
    assertEquals("[]None0False", Jinja.text("[{{ x }}]{{ none }}{{ x|length }}{{ x is defined }}"));
    assertEquals("UndefinedError: 'x' is undefined", Jinja.failure("{{ x.y }}"));
    assertEquals("UndefinedError: 'x' is undefined", Jinja.failure("{{ x + 1 }}"));
    assertEquals(
        "UndefinedError: 'dict object' has no attribute 'b'", Jinja.failure("{{ {'a': 1}.b.c }}"));
  }

  @Test
  void indicesCountCodePoints() {
    assertEquals("2 b 😀", Jinja.text("{{ '😀b'|length }} {{ '😀b'[1] }} {{ '😀b'[:1] }}"));
  }

  @Test
  void sandboxKeepsListsAndInternals() {
    assertEquals(
        "SecurityError: access to attribute 'append' of 'list' object is unsafe.",
        Jinja.failure("{{ [].append(1) }}"));
    assertEquals("", Jinja.text("{{ ''.__class__ }}"));
    assertEquals(
        "SecurityError: access to attribute '__class__' of 'str' object is unsafe.",
        Jinja.failure("{{ ''.__class__.mro() }}"));
  }

  @Test
  void unknownFilterFailsEarlyUnlessWithinIf() {
    assertEquals("TemplateAssertionError: No filter named 'x'.", Jinja.failure("{{ 1|x }}"));
    assertEquals("", Jinja.text("{% if false %}{{ 1|x }}{% endif %}"));
    assertEquals(
        "TemplateRuntimeError: No filter named 'x' found.",
        Jinja.failure("{% if true %}{{ 1|x }}{% endif %}"));
  }

  @Test
  void jsonIsPythons() {
    assertEquals(
        "{\"a\": [1, 2.0, null, true], \"é\": \"\\\"<\\n\"} {\n  \"a\": {}\n}",
        Jinja.text(
            "{{ {'a': [1, 2.0, none, true], 'é': '\"<\\n'}|tojson }} {{ {'a': {}}|tojson(indent=2) }}"));
    assertEquals(
        "TypeError: Object of type Undefined is not JSON serializable",
        Jinja.failure("{{ x|tojson }}"));
  }

  @Test
  void generatorsGiveTheirValuesOnce() {
    assertEquals("12|", Jinja.text("{% set g = [1, 2]|select %}{{ g|join }}|{{ g|join }}"));
  }
}
